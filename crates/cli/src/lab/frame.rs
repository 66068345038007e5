//! What stands around a story on the lab's pages: the way back to the index, and what to look at.

use limpid_explain::catalogue::Catalogue;
use limpid_explain::render::html::Frame;

use super::{Laboratory, Lesson};

/// Around the story of the connection that the page itself came over.
pub(super) fn of_page(lab: &Laboratory, lesson: Lesson) -> Frame {
    let mut frame = of_lesson(lab, lesson);
    let say = Catalogue::of(lab.language);
    frame.notes.push(if lesson == Lesson::ManInTheMiddle {
        say.say("lab.page.intercepted", &[])
    } else {
        say.say("lab.page.yours", &[])
    });
    frame
}

/// Around the story of a visit.
pub(super) fn of_lesson(lab: &Laboratory, lesson: Lesson) -> Frame {
    let (say, name) = (Catalogue::of(lab.language), lesson.name());
    let title = say.say(&format!("lab.{name}.title"), &[]);
    Frame {
        links: vec![(
            format!("http://127.0.0.1:{}/", lab.port),
            say.say("lab.page.index", &[]),
        )],
        title,
        notes: vec![say.say(&format!("lab.{name}.look"), &[])],
    }
}
