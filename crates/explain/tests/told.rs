//! Stories of real connections, set as text: recordings of well-known programs, which never change, and limpid itself.

mod live;
mod recorded;

use limpid::Policy;
use limpid_explain::render::text::{Detail, Palette, TextOptions, render};
use limpid_explain::{Language, Story};
use limpid_testkit::pki::Flaw;
use limpid_wire::ProtocolVersion;
use live::{Both, Scene, Told};

fn text(facts: &Told, detail: Detail) -> String {
    let story = Story::tell(facts, Language::English);
    render(
        &story,
        TextOptions {
            width: 80,
            palette: Palette::plain(),
            detail,
        },
    )
}

#[test]
fn recordings_in_brief() {
    for (name, _) in recorded::CORPUS.iter() {
        insta::assert_snapshot!(
            format!("brief-{name}"),
            text(&recorded::facts(name, true), Detail::Brief)
        );
    }
}

#[test]
fn recordings_in_full() {
    for name in ["tls12-ecdhe-rsa", "tls13-retry"] {
        insta::assert_snapshot!(
            format!("full-{name}"),
            text(&recorded::facts(name, true), Detail::Full)
        );
    }
}

#[test]
fn withheld_secrets_leave_their_places() {
    let facts = recorded::facts("tls13", false);
    let story = Story::tell(&facts, Language::English);
    assert!(!story.contains_secrets);
    let told = text(&facts, Detail::Full);
    assert!(told.contains("Secret values are withheld"));
    assert!(told.contains("client_write_key  32 bytes  withheld"));
    let open = text(&recorded::facts("tls13", true), Detail::Full);
    assert!(open.contains("THIS REPORT CONTAINS SECRETS"));
    assert!(!open.contains("withheld"));
}

#[test]
fn no_line_is_wider_than_asked() {
    use unicode_width::UnicodeWidthStr;
    let facts = recorded::facts("tls12-mutual", true);
    for width in [60, 72, 80, 100, 132, 200] {
        let story = Story::tell(&facts, Language::English);
        for detail in [Detail::Brief, Detail::Full] {
            let told = render(
                &story,
                TextOptions {
                    width,
                    palette: Palette::plain(),
                    detail,
                },
            );
            let widest = told.lines().map(UnicodeWidthStr::width).max();
            assert!(widest <= Some(width), "{widest:?} columns of {width}");
        }
    }
}

#[test]
fn limpid_as_client_and_server() {
    let Both { client, server } = Scene::default().play(|_, _| {});
    insta::assert_snapshot!("brief-live-client", text(&client, Detail::Brief));
    insta::assert_snapshot!("brief-live-server", text(&server, Detail::Brief));
}

#[test]
fn resumed_sessions_and_early_data() {
    let tls12 = Policy {
        versions: vec![ProtocolVersion::TLS_1_2],
        ..Policy::default()
    };
    let older = Scene {
        client_policy: tls12.clone(),
        server_policy: tls12,
        times: 2,
        ..Scene::default()
    };
    insta::assert_snapshot!(
        "brief-live-resumed-12",
        text(&older.play(|_, _| {}).client, Detail::Brief)
    );
    let newer = Scene {
        times: 2,
        ..Scene::default()
    };
    insta::assert_snapshot!(
        "brief-live-resumed-13",
        text(&newer.play(|_, _| {}).client, Detail::Brief)
    );
    let early = Scene {
        times: 2,
        early_data: true,
        ..Scene::default()
    }
    .play(|_, _| {});
    insta::assert_snapshot!(
        "brief-live-early-data-client",
        text(&early.client, Detail::Brief)
    );
    insta::assert_snapshot!(
        "brief-live-early-data-server",
        text(&early.server, Detail::Brief)
    );
}

#[test]
fn failures_name_cause_blame_evidence_rule_and_remedy() {
    for flaw in Flaw::ALL {
        let Both { client, server } = Scene {
            flaw,
            ..Scene::default()
        }
        .play(|_, _| {});
        let name = format!("{flaw:?}").to_lowercase();
        insta::assert_snapshot!(format!("failure-{name}-client"), diagnosis(&client));
        insta::assert_snapshot!(format!("failure-{name}-server"), diagnosis(&server));
    }
}

/// The part of the page below the ladder.
fn diagnosis(facts: &Told) -> String {
    let told = text(facts, Detail::Brief);
    let from = told
        .find("  ✗ The")
        .unwrap_or_else(|| panic!("no failure in\n{told}"));
    told[from..]
        .lines()
        .map(|line| steady(line) + "\n")
        .collect()
}

/// A line without what differs from run to run: signatures, and lengths that hang on them.
fn steady(line: &str) -> String {
    let is_hex = |word: &str| word.len() >= 6 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words: Vec<&str> = line
        .split(' ')
        .map(|word| if is_hex(word) { "(hex)" } else { word })
        .collect();
    match words.join(" ") {
        line if line.contains("signed bytes") => {
            line.trim_end_matches(|c: char| c.is_ascii_digit())
                .to_owned()
                + "(number)"
        }
        line => line,
    }
}

#[test]
fn in_chinese() {
    let facts = recorded::facts("tls12-ecdhe-rsa", true);
    let story = Story::tell(&facts, Language::Chinese);
    let options = TextOptions {
        width: 80,
        palette: Palette::plain(),
        detail: Detail::Full,
    };
    insta::assert_snapshot!("full-chinese", render(&story, options));
    let expired = Scene {
        flaw: Flaw::Expired,
        ..Scene::default()
    }
    .play(|_, _| {});
    let story = Story::tell(&expired.client, Language::Chinese);
    let options = TextOptions {
        detail: Detail::Brief,
        ..options
    };
    insta::assert_snapshot!("failure-chinese", render(&story, options));
}
