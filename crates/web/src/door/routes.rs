//! Routes. What belongs to no slice: browser files, photos, health, the one write door of the API.

use super::{assets, commands, files, health, upload};
use crate::door::answer::of;
use crate::door::route::{Route, routes};
use yixian_app::Receipt;

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/files/{sha}" Person files::file, "A photo";
        get "/assets/{path}" Anyone assets::asset, "Browser files";
        get "/healthz" Anyone health::page, "Health";
        put "/api/v1/commands/{id}" Person commands::put, "Carries out a command once", answer(of::<Receipt>);
        post "/api/v1/files" Person upload::upload, "Takes a photo", answer(of::<upload::PhotoTaken>);
    }
}
