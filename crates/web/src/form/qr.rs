//! A text as a picture that another phone can read: black on white in any theme, as scanners want it.

use qrcode::render::svg;

/// The picture as SVG, at least so many points wide; empty where the text is too long for one.
pub fn qr(text: &str, side: u32) -> String {
    let Ok(code) = qrcode::QrCode::new(text.as_bytes()) else { return String::new() };
    let image = code
        .render::<svg::Color<'_>>()
        .min_dimensions(side, side)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    image.find("<svg").map(|at| image[at..].to_owned()).unwrap_or_default()
}
