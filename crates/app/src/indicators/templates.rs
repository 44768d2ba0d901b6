//! The methods of scoring that are shipped, from `indicators/*.toml`. An indicator takes one of them into its own record, so that
//! another file changes nothing that was scored.

use serde::Deserialize;
use std::sync::LazyLock;
use yixian_domain::base::values::thousandths;
use yixian_domain::indicator::method::{Component, Method, hundredths};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: String,
    name: String,
    name_en: String,
    components: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    code: String,
    name: String,
    name_en: String,
    unit: String,
    unit_en: String,
    worst: String,
    best: String,
    least: String,
    #[serde(default)]
    most: Option<String>,
    weight: String,
}

const FILES: [&str; 2] = [
    include_str!("../../../../indicators/getting-electricity.toml"),
    include_str!("../../../../indicators/utility-services.toml"),
];

fn component(l: Line) -> Option<Component> {
    let most = match &l.most {
        Some(most) => Some(thousandths(most)?),
        None => None,
    };
    Some(Component {
        worst: thousandths(&l.worst)?,
        best: thousandths(&l.best)?,
        least: thousandths(&l.least)?,
        most,
        weight: hundredths(&l.weight)?,
        code: l.code,
        name: l.name,
        name_en: l.name_en,
        unit: l.unit,
        unit_en: l.unit_en,
    })
}

fn method(text: &str) -> Option<Method> {
    let file: File = toml::from_str(text).ok()?;
    let components = file.components.into_iter().map(component).collect::<Option<Vec<_>>>()?;
    let method = Method { code: file.code, name: file.name, name_en: file.name_en, components };
    method.is_sound().then_some(method)
}

// They come with the program and a test reads them.
static ALL: LazyLock<Vec<Method>> = LazyLock::new(|| FILES.iter().filter_map(|text| method(text)).collect());

/// Every method that is shipped.
pub fn templates() -> &'static [Method] {
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;
    use yixian_domain::indicator::City;

    #[test]
    fn every_file_is_a_sound_method() {
        assert_eq!(templates().len(), FILES.len());
        let codes: Vec<&str> = templates().iter().map(|m| m.code.as_str()).collect();
        assert_eq!(codes, ["getting-electricity", "utility-services"]);
        let city = |values: &[i64]| vec![City { name: String::new(), share: 10_000, values: values.to_vec() }];
        let electricity = templates()[0].score(&city(&[3_000, 34_000, 0, 6_000]));
        assert!((electricity.total - 92.011).abs() < 0.001, "{electricity:?}");
        let services = templates()[1].score(&city(&[60_000, 90_000, 75_000]));
        assert!((services.total - 75.0).abs() < 0.01, "{services:?}");
    }
}
