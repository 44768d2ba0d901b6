//! yixian
fn main() {}
