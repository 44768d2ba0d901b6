//! Pictures: ten simple scenes of the trade, each before and after it was put right, each taken some
//! times, from another spot and in another light. They go through the same door as any upload
//! ([`crate::frame::photos::take`]); then every record gets a picture of its own, numbered as a camera
//! numbers it, because a photo that stands in two records is what an auditor looks for. A scene knows
//! nothing of the matter it will show.

use super::Size;
use crate::frame::error::AppError;
use crate::frame::photos::{self, Photo};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    Transformer,
    Trench,
    Meter,
    Pole,
    Switchgear,
    Gate,
    Road,
    Stores,
    Hall,
    Village,
}

/// Every scene.
const SCENES: [Scene; 10] = [
    Scene::Transformer,
    Scene::Trench,
    Scene::Meter,
    Scene::Pole,
    Scene::Switchgear,
    Scene::Gate,
    Scene::Road,
    Scene::Stores,
    Scene::Hall,
    Scene::Village,
];
/// How often each scene is taken: the larger the company, the more.
pub(super) fn takes(size: &Size) -> usize {
    match size.raised {
        0..100 => 1,
        100..500 => 2,
        _ => 6,
    }
}

const W: u32 = 640;
const H: u32 = 480;
/// What is kept of a picture, pixels.
const KEPT: (u32, u32) = (400, 300);

type Colour = [u8; 3];

struct Canvas {
    picture: RgbImage,
    dim: u8,
}

impl Canvas {
    fn new(sky: Colour, ground: Colour, dim: u8) -> Canvas {
        let mut c = Canvas { picture: RgbImage::new(W, H), dim };
        c.rect(0, 0, W, 320, sky);
        c.rect(0, 320, W, H - 320, ground);
        c
    }
    fn shade(&self, c: Colour) -> Rgb<u8> {
        Rgb(c.map(|v| v.saturating_sub(self.dim)))
    }
    fn rect(&mut self, left: u32, top: u32, wide: u32, high: u32, colour: Colour) {
        let colour = self.shade(colour);
        for y in top..(top + high).min(H) {
            for x in left..(left + wide).min(W) {
                self.picture.put_pixel(x, y, colour);
            }
        }
    }
    fn blob(&mut self, cx: i64, cy: i64, rx: i64, ry: i64, c: Colour) {
        let c = self.shade(c);
        for y in (cy - ry).max(0)..(cy + ry).clamp(0, i64::from(H)) {
            for x in (cx - rx).max(0)..(cx + rx).clamp(0, i64::from(W)) {
                let (dx, dy) = (x - cx, y - cy);
                if dx * dx * ry * ry + dy * dy * rx * rx <= rx * rx * ry * ry {
                    self.picture.put_pixel(x as u32, y as u32, c);
                }
            }
        }
    }
    fn line(&mut self, (x0, y0): (i64, i64), (x1, y1): (i64, i64), thick: i64, c: Colour) {
        let c = self.shade(c);
        let steps = (x1 - x0).abs().max((y1 - y0).abs()).max(1);
        for i in 0..=steps {
            let (x, y) = (x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps);
            for dy in 0..thick {
                for dx in 0..thick {
                    if let (Ok(x), Ok(y)) = (u32::try_from(x + dx), u32::try_from(y + dy))
                        && x < W
                        && y < H
                    {
                        self.picture.put_pixel(x, y, c);
                    }
                }
            }
        }
    }
}

fn draw(scene: Scene, take: usize, after: bool) -> RgbImage {
    const OIL: Colour = [46, 34, 20];
    const STEEL: Colour = [120, 132, 140];
    const GREEN: Colour = [40, 120, 92];
    // Morning to dusk, over earth, asphalt or grass.
    const SKIES: [Colour; 4] = [[196, 222, 240], [214, 222, 226], [236, 214, 188], [176, 200, 228]];
    const GROUNDS: [Colour; 3] = [[150, 142, 124], [128, 128, 130], [138, 150, 112]];
    let dim = [0, 24, 48, 70][take * 3 / 2 % 4];
    let mut c = Canvas::new(SKIES[take % 4], GROUNDS[take % 3], dim);
    match scene {
        Scene::Transformer => {
            c.rect(190, 150, 260, 200, GREEN);
            for i in 0..6 {
                c.rect(205 + i * 40, 180, 22, 150, [30, 98, 74]);
            }
            c.rect(230, 110, 20, 40, STEEL);
            c.rect(390, 110, 20, 40, STEEL);
            if after {
                c.rect(300, 220, 60, 40, [250, 210, 40]);
            } else {
                c.blob(330, 380, 130, 34, OIL);
                c.rect(316, 300, 14, 80, OIL);
            }
        }
        Scene::Trench => {
            c.rect(140, 250, 360, 190, [92, 88, 82]);
            for i in 0..3 {
                c.rect(140, 290 + i * 40, 360, 9, [20, 20, 24]);
            }
            if after {
                c.rect(460, 180, 30, 120, [220, 90, 40]);
            } else {
                c.rect(140, 330, 360, 110, [70, 120, 160]);
            }
        }
        Scene::Meter => {
            c.rect(0, 0, W, H, [206, 196, 180]);
            c.rect(180, 80, 280, 320, [226, 228, 226]);
            for i in 0..4 {
                let (x, y) = (210 + (i % 2) * 120, 110 + (i / 2) * 140);
                c.rect(x, y, 100, 110, if after { [246, 248, 248] } else { [176, 166, 120] });
                c.rect(x + 20, y + 20, 60, 26, [40, 60, 50]);
            }
            if !after {
                c.line((220, 400), (300, 470), 7, [180, 60, 40]);
            }
        }
        Scene::Pole => {
            let top = if after { 312 } else { 372 };
            c.line((312, 430), (top, 60), 16, [128, 118, 108]);
            c.line((top - 90, 90), (top + 110, 90), 8, STEEL);
            for i in 0..3 {
                c.line((0, 110 + i * 26), (top - 80 + i * 80, 88), 3, [30, 30, 34]);
            }
            if !after {
                c.blob(520, 120, 100, 70, [60, 120, 50]);
            }
        }
        Scene::Switchgear => {
            c.rect(0, 0, W, H, [214, 214, 208]);
            for i in 0..4 {
                c.rect(70 + i * 130, 90, 116, 320, [168, 178, 182]);
                c.blob(
                    i64::from(128 + i * 130),
                    140,
                    12,
                    12,
                    if !after && i == 2 { [220, 40, 30] } else { [40, 170, 70] },
                );
                c.rect(96 + i * 130, 220, 64, 10, [60, 66, 70]);
            }
            if !after {
                c.rect(330, 90, 26, 320, [20, 22, 24]);
            }
        }
        Scene::Gate => {
            c.rect(60, 190, 520, 150, [226, 170, 40]);
            for i in 0..13 {
                c.rect(70 + i * 40, 190, 14, 150, [40, 40, 40]);
            }
            c.blob(320, 130, 46, 34, if after { [240, 210, 30] } else { [200, 180, 150] });
            c.rect(296, 150, 48, 110, [50, 90, 150]);
            if !after {
                c.rect(230, 190, 190, 150, [196, 222, 240]);
            }
        }
        Scene::Road => {
            c.rect(0, 280, W, 200, [84, 84, 88]);
            for i in 0..7 {
                c.rect(20 + i * 95, 372, 56, 9, [236, 236, 230]);
            }
            if after {
                c.rect(220, 300, 200, 60, [74, 74, 78]);
            } else {
                c.blob(320, 340, 120, 44, [96, 70, 44]);
                c.blob(460, 310, 60, 34, [122, 92, 60]);
            }
        }
        Scene::Stores => {
            for i in 0..3u32 {
                let n = if after { 6 } else { 1 + i };
                c.rect(40, 170 + i * 90, 560, 8, [110, 90, 70]);
                for j in 0..n {
                    c.blob(i64::from(90 + j * 90), i64::from(140 + i * 90), 34, 28, [150, 80, 50]);
                }
            }
        }
        Scene::Hall => {
            c.rect(0, 0, W, 330, [236, 238, 232]);
            c.rect(60, 250, 520, 120, [30, 110, 96]);
            for i in 0..if after { 3 } else { 8 } {
                c.blob(100 + i * 62, 390, 20, 20, [70, 80, 110]);
                c.rect((84 + i * 62) as u32, 410, 34, 60, [90, 100, 130]);
            }
            c.rect(220, 60, 200, 70, if after { [40, 160, 80] } else { [180, 60, 50] });
        }
        Scene::Village => {
            for i in 0..3u32 {
                c.rect(60 + i * 190, 210, 150, 130, [186, 150, 120]);
                c.rect(50 + i * 190, 186, 170, 28, [120, 60, 50]);
                c.rect(110 + i * 190, 260, 40, 80, if after { [246, 222, 120] } else { [60, 56, 54] });
            }
            c.line((0, 150), (640, if after { 150 } else { 210 }), 4, [30, 30, 30]);
        }
    }
    c.picture
}

/// The n-th take of a scene: drawn, then seen from another spot.
fn shot(scene: Scene, take: usize, after: bool) -> RgbImage {
    let whole = draw(scene, take, after);
    // A part of the whole: nearer with every third take, and further to one side.
    let wide = W - 40 * (take as u32 % 3);
    let high = wide * H / W;
    let (left, top) = ((W - wide) * (take as u32 / 3 % 3) / 2, (H - high) * (take as u32 / 2 % 2));
    let part = image::imageops::crop_imm(&whole, left, top, wide, high).to_image();
    let part = if take % 2 == 1 { image::imageops::flip_horizontal(&part) } else { part };
    image::imageops::resize(&part, KEPT.0, KEPT.1, image::imageops::FilterType::Nearest)
}

/// The pictures by scene, take and before or after.
pub(super) struct Pictures {
    taken: Vec<Photo>,
    pub takes: usize,
    /// Every record gets one of its own.
    own: bool,
}

/// One of each scene for all records: of a million pictures nobody looks at more than a few.
pub(super) async fn shared() -> Result<Pictures, AppError> {
    Ok(Pictures { own: false, ..make(1).await? })
}

/// Draws every picture so often.
pub(super) async fn make(takes: usize) -> Result<Pictures, AppError> {
    let mut drawing = tokio::task::JoinSet::new();
    for (i, scene) in SCENES.into_iter().enumerate() {
        drawing.spawn_blocking(move || {
            let mut of_scene = Vec::new();
            for take in 0..takes {
                for after in [false, true] {
                    let mut upload = Cursor::new(Vec::new());
                    let drawn = DynamicImage::ImageRgb8(shot(scene, take, after));
                    drawn.write_to(&mut upload, ImageFormat::Jpeg).map_err(|e| super::faulty(&e))?;
                    of_scene.push(photos::take(upload.get_ref(), photos::MAX_PIXELS)?);
                }
            }
            Ok::<_, AppError>((i, of_scene))
        });
    }
    let mut done = Vec::new();
    while let Some(of_scene) = drawing.join_next().await {
        done.push(of_scene.map_err(|e| super::faulty(&e))??);
    }
    done.sort_by_key(|(i, _)| *i);
    Ok(Pictures { taken: done.into_iter().flat_map(|(_, of)| of).collect(), takes, own: true })
}

impl Pictures {
    /// A picture of a scene, with a number of its own unless they are shared.
    pub fn of(&self, scene: Scene, take: usize, after: bool, number: &str) -> Option<Photo> {
        let i = SCENES.iter().position(|s| *s == scene)?;
        let of = self.taken.get((i * self.takes + take % self.takes.max(1)) * 2 + usize::from(after))?;
        if self.own { of.numbered(number) } else { Some(of.clone()) }
    }
}
