//! Routes. Who I am: sign-in, today, my settings, help.

use super::{help, me, second, setup, sign_in, today};
use crate::door::nav::Entry;
use crate::door::route::{MAX_TEXT, Route, routes};

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/", "today", "today", "nav-today").in_bar()];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/" Person today::page, "Today";
        get "/sign-in" Anyone sign_in::page, "Sign-in form";
        post "/sign-in" Anyone sign_in::submit, "Signs in";
        post "/sign-in/again" Anyone sign_in::again, "Signs in and sends a late form on", text(2 * MAX_TEXT);
        post "/sign-in/second" Anyone second::step, "Signs in with the code of a second factor", text(2 * MAX_TEXT);
        post "/sign-out" Anyone sign_in::out, "Signs out";
        get "/enter/{secret}" Link sign_in::enter_page, "One-click sign-in of the demo";
        post "/enter/{secret}" Link sign_in::enter, "Signs in by a one-click link";
        get "/setup/{secret}" Link setup::page, "Sets an empty company up";
        post "/setup/{secret}" Link setup::submit, "Sets an empty company up";
        get "/me" Person me::page, "My notices, language, password and tokens";
        post "/me/locale" Anyone me::locale, "Sets the language";
        post "/me/appearance" Anyone me::appearance, "Sets theme and text size";
        post "/me/password" Person me::password, "Changes the password";
        post "/me/notices" Person me::notices, "Marks notices as read";
        post "/me/tokens" Person me::make_token, "Makes an API token";
        get "/me/second-factor" Person second::page, "My second factor";
        post "/me/second-factor" Person second::set, "Sets my second factor";
        post "/me/second-factor/off" Person second::off, "Takes my second factor away";
        post "/me/credentials/end" Person me::end_others, "Ends all that I can get in with, but this session";
        post "/me/credentials/{hash}/end" Person me::end_one, "Ends something that I can get in with";
        get "/password/{secret}" Link sign_in::password_page, "Form to set a first password";
        post "/password/{secret}" Link sign_in::password, "Sets a first password";
        get "/help" Anyone help::page, "Help";
    }
}
