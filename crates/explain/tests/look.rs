//! temporary: look at a story
mod live;
mod recorded;
use limpid_explain::render::text::{Detail, Palette, TextOptions, render};
use limpid_explain::{Language, Story};

#[test]
fn look() {
    let name = std::env::var("NAME").unwrap_or("tls12-ecdhe-rsa".into());
    let width = std::env::var("WIDTH")
        .ok()
        .and_then(|w| w.parse().ok())
        .unwrap_or(80);
    let detail = if std::env::var("FULL").is_ok() {
        Detail::Full
    } else {
        Detail::Brief
    };
    let palette = if std::env::var("COLOUR").is_ok() {
        Palette::coloured()
    } else {
        Palette::plain()
    };
    let language = std::env::var("LANGUAGE")
        .ok()
        .and_then(|l| Language::from_tag(&l))
        .unwrap_or_default();
    let secrets = std::env::var("SECRETS").is_ok();
    let facts = match name.strip_prefix("live-") {
        Some(flaw) => {
            let server = flaw.ends_with("-server");
            let flaw = flaw.trim_end_matches("-server");
            let flaw = limpid_testkit::pki::Flaw::ALL
                .into_iter()
                .find(|f| format!("{f:?}") == flaw)
                .unwrap_or(limpid_testkit::pki::Flaw::None);
            let both = live::Scene {
                flaw,
                secrets,
                ..Default::default()
            }
            .play(|_, _| {});
            if server { both.server } else { both.client }
        }
        None => recorded::facts(&name, secrets),
    };
    let story = Story::tell(&facts, language);
    print!(
        "{}",
        render(
            &story,
            TextOptions {
                width,
                palette,
                detail
            }
        )
    );
}
