//! `--explain`, and how it looks.

use limpid_interop::{Finished, Place, Process};

use crate::run::{program, serve};

const ESCAPE: &str = "\x1b[";

#[test]
fn a_handshake_is_explained_on_standard_error() {
    let server = serve(&[]);
    let brief = server.connect(&["--http", "/", "--explain"]).success();
    assert!(
        brief.err().contains("ClientHello") && brief.err().contains("ServerHello"),
        "{brief}"
    );
    assert!(!brief.out().contains("ClientHello"), "{brief}");
    // A pipe is no terminal.
    assert!(!brief.err().contains(ESCAPE), "{brief}");
    let full = server.connect(&["--http", "/", "--explain=full"]).success();
    assert!(full.err().len() > 4 * brief.err().len(), "{full}");
}

#[test]
fn secrets_are_shown_on_request_only() {
    let server = serve(&[]);
    let place = Place::new();
    let file = place.path("keys.log");
    let log = [
        "--http",
        "/",
        "--explain=full",
        "--keylog",
        file.to_str().unwrap(),
    ];
    let explained = |more: &[&str]| {
        let _ = std::fs::remove_file(&file);
        let run = server.connect(&[&log[..], more].concat()).success();
        let keys = std::fs::read_to_string(&file).unwrap();
        let secret = keys.split_whitespace().nth(2).unwrap().to_owned();
        // Long values are set in several lines, in whatever grouping.
        let hex: String = run.err().chars().filter(char::is_ascii_hexdigit).collect();
        hex.contains(&secret[..16])
    };
    assert!(!explained(&[]));
    assert!(explained(&["--secrets"]));
}

#[test]
fn a_failed_handshake_is_explained_before_the_error() {
    let server = serve(&[]);
    let failed = server
        .connect(&["--http", "/", "--explain", "--sni", "wrong.example"])
        .with_code(4);
    let err = failed.err();
    let (story, report) = err.split_once("\nerror: ").expect("an error");
    assert!(
        story.contains("Certificate") && report.contains("\nhint: "),
        "{failed}"
    );
}

#[test]
fn a_server_explains_each_connection() {
    let server = serve(&["--explain"]);
    server.connect(&["--http", "/"]).success();
    server.process.wait_for("as the server saw it");
}

#[test]
fn colours_are_for_terminals_or_who_asks() {
    let server = serve(&[]);
    let (at, ca) = (server.address.to_string(), server.ca().to_owned());
    let run = |more: &[&str], environment: &[(&str, &str)]| -> Finished {
        let command = [
            "connect",
            "localhost",
            "--connect",
            &at,
            "--ca",
            ca.to_str().unwrap(),
            "--http",
            "/",
            "--explain",
        ];
        let environment = environment
            .iter()
            .map(|(name, value)| (*name, value.as_ref()));
        Process::start_with(program(), command.iter().chain(more), environment)
            .finish()
            .success()
    };
    assert!(run(&["--color", "always"], &[]).err().contains(ESCAPE));
    // What is asked for by flag counts more than the environment.
    assert!(
        run(&["--color", "always"], &[("NO_COLOR", "1")])
            .err()
            .contains(ESCAPE)
    );
    assert!(!run(&["--color", "never"], &[]).err().contains(ESCAPE));

    // `script` runs a command on a terminal of its own.
    let on_terminal = |environment: &str| {
        let program = program().display();
        let ca = ca.display();
        let line = format!(
            "{environment} {program} connect localhost --connect {at} --ca {ca} --http / --explain"
        );
        let script = limpid_interop::program("script");
        Process::start(&script, ["-qec", &line, "/dev/null"])
            .finish()
            .success()
            .out()
    };
    assert!(on_terminal("TERM=xterm").contains(ESCAPE));
    assert!(!on_terminal("TERM=xterm NO_COLOR=1").contains(ESCAPE));
    assert!(on_terminal("TERM=xterm NO_COLOR=").contains(ESCAPE));
    assert!(!on_terminal("TERM=dumb").contains(ESCAPE));
}

#[test]
fn a_story_goes_into_files_of_many_kinds() {
    let (server, place) = (serve(&[]), Place::new());
    let [html, json, text] =
        ["html", "json", "txt"].map(|kind| place.path(format!("story.{kind}")));
    let files = [&html, &json, &text].map(|file| file.to_str().unwrap());
    let told = server
        .connect(&[
            "--http", "/", "--story", files[0], "--story", files[1], "--story", files[2],
        ])
        .success();
    assert!(!told.err().contains("ClientHello"), "{told}");
    let read = |file| std::fs::read_to_string(file).unwrap();
    assert!(
        read(&html).to_lowercase().starts_with("<!doctype html>")
            && read(&html).contains("ServerHello")
    );
    assert!(read(&json).starts_with('{') && read(&json).contains("\"limpid story\""));
    assert!(read(&text).contains("ServerHello") && !read(&text).contains(ESCAPE));
    let nowhere = server
        .connect(&["--http", "/", "--story", "/nowhere/story.html"])
        .success();
    assert!(
        nowhere.err().contains("warning: /nowhere/story.html"),
        "{nowhere}"
    );
}

#[test]
fn a_server_numbers_its_stories() {
    let place = Place::new();
    let file = place.path("story.json");
    let server = serve(&["--story", file.to_str().unwrap()]);
    for _ in 0..2 {
        server.connect(&["--http", "/"]).success();
    }
    // A server that has stopped has told all.
    server.process.terminate().success();
    for number in [1, 2] {
        let story = std::fs::read_to_string(place.path(format!("story-{number}.json"))).unwrap();
        assert!(story.contains("ClientHello"), "{story}");
    }
}

#[test]
fn a_story_can_be_told_in_chinese() {
    let server = serve(&[]);
    let told = server
        .connect(&["--http", "/", "--explain", "--lang", "zh"])
        .success();
    assert!(told.err().contains("握手"), "{told}");
}
