//! Routes. Figures and the records behind them.

use super::{api, connections, records, report};
use crate::door::answer::{Day, UnitCode, of};
use crate::door::nav::Entry;
use crate::door::route::{Route, routes};

/// In the navigation.
pub const NAVIGATION: &[Entry] = &[Entry::new("/figures", "figures", "figure", "nav-figures")];

/// Every route of this folder.
pub fn routes() -> Vec<Route> {
    routes! {
        get "/figures" Person report::page, "Figures of a period";
        get "/figures/{code}" Person records::page, "The records behind a figure";
        get "/figures/{code}/{format}" Person records::table, "The records behind a figure as a table";
        get "/connections/figures" Person connections::page, "Figures of connections";
        get "/connections/figures/{part}" Person connections::records, "The cases behind a number";
        get "/api/v1/figures" Person api::list, "Figures of a period",
            query(&[
                ("period", of::<api::AskedPeriod>), ("from", of::<Day>), ("to", of::<Day>), ("unit", of::<UnitCode>),
                ("as_of", of::<api::AskedInstant>), ("by", of::<api::AskedDimension>),
            ]),
            answer(of::<api::FigureList>);
        get "/api/v1/figures/{code}" Person api::ids, "Ids behind a figure",
            query(&[
                ("period", of::<api::AskedPeriod>), ("from", of::<Day>), ("to", of::<Day>), ("unit", of::<UnitCode>),
                ("as_of", of::<api::AskedInstant>), ("part", of::<api::AskedPart>),
                ("by", of::<api::AskedDimension>), ("key", of::<api::AskedKey>), ("limit", of::<api::Ids>),
                ("after", of::<api::AfterId>),
            ]),
            answer(of::<api::FigureIds>);
    }
}
