//! `yixian doctor`: whether a company is in health, and what to do where it is not.

use crate::Company;
use crate::company::{database, open};
use serde_json::{Value, json};
use std::process::ExitCode;
use yixian_app::App;
use yixian_app::clock::{Clock, real_now};
use yixian_app::mint::Mint;

pub(crate) async fn run(company: Company, accept_secret_key: bool, accept_photos: bool) -> anyhow::Result<ExitCode> {
    let mut findings: Vec<Value> = Vec::new();
    let mut well = true;
    let mut tell = |what: &str, ok: bool, detail: String, advice: &str| {
        well &= ok;
        let advice = if ok { Value::Null } else { json!(advice) };
        findings.push(json!({ "check": what, "ok": ok, "detail": detail, "advice": advice }));
    };
    if accept_secret_key {
        App::accept_secret(database(&company).await?, &company.data, &Mint::random()).await?;
    }
    if accept_photos {
        App::accept_photos(database(&company).await?, &company.data, &Mint::random()).await?;
    }
    let app = open(&company, Clock::Real, Mint::random()).await?;
    tell("database", true, app.store().db().engine().to_owned(), "");
    tell(
        "secret",
        true,
        if accept_secret_key {
            "this folder's secret.key is the company's from now on"
        } else {
            "this folder's secret.key is the company's"
        }
        .into(),
        "",
    );
    let ledger = app.verify_database().await?;
    tell(
        "ledger",
        ledger.ok,
        format!("{} events, sealed to {}, {} faults", ledger.events, ledger.sealed_to, ledger.faults.len()),
        "do not write on; compare with the last exported seal and restore the last good backup",
    );
    let lost = app.lost_photos().await?;
    tell(
        "photos",
        lost.is_empty(),
        if lost.is_empty() {
            "every photo is what its address says".to_owned()
        } else {
            lost.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        },
        "copy the file out of a backup into files/, or send the same photo again: either heals it",
    );
    let (set_up, demo) = (app.is_set_up().await?, app.clock().is_shifted());
    let who = match (set_up, demo) {
        (true, _) => "somebody can sign in",
        (false, true) => "the demo's links sign in while it runs",
        _ => "nobody can sign in",
    };
    tell("people", set_up || demo, who.into(), "start `yixian serve` and open the setup link it prints");
    let policies = app.policies();
    let today = policies.zone.date_of(app.clock().now());
    let known = policies.calendar.provisional_after();
    tell(
        "calendar",
        today <= known,
        format!("{}, final to {known}", policies.calendar.label()),
        "put the State Council's next notice into the calendar; until then due dates are provisional",
    );
    let drift = app.clock().now().0 - real_now().0;
    tell(
        "clock",
        true,
        if app.clock().is_shifted() {
            format!("the demo's clock, {} days from real time", drift / 86_400_000)
        } else {
            "real time".into()
        },
        "",
    );
    let writes = tempfile(&company);
    tell(
        "disk",
        writes.is_ok(),
        writes.err().map_or_else(|| "can be written and flushed".to_owned(), |e| e.to_string()),
        "make room on the disk or give this user the right to write there",
    );
    println!("{}", json!({ "ok": well, "checks": findings }));
    app.close().await;
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes, flushes and removes a small file in the company's folder.
fn tempfile(company: &Company) -> std::io::Result<()> {
    let path = company.data.join(".doctor");
    let file = std::fs::File::create(&path)?;
    file.sync_all()?;
    std::fs::remove_file(path)
}
