//! Forms: what was typed and how it is read, shown again and posted. It names no slice.

pub mod fields;
pub mod page;
pub mod paging;
pub mod post;
pub mod qr;
pub mod reading;
pub(crate) mod record;
