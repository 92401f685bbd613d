//! Guards in code that was written to keep a reader busy.

use std::fmt::Write as _;

use bartizan_base::FilePath;
use bartizan_django::endpoints::{Reach, Surface, surface};
use bartizan_django::settings::{Defaults, Settings, environments};
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Evaluator, Variables};

const SETTINGS: &str = "ROOT_URLCONF = 'school.urls'\nINSTALLED_APPS = []\nMIDDLEWARE = []\n";

const URLS: &str = "from django.urls import path\nfrom school import views\n\n\
    urlpatterns = [path('marks/', views.marks)]\n";

fn school(views: &str) -> Surface {
    let texts = [
        (
            "manage.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'school.settings')\n",
        ),
        ("school/__init__.py", ""),
        ("school/settings.py", SETTINGS),
        ("school/urls.py", URLS),
        ("school/views.py", views),
    ];
    let files = texts.map(|(path, text)| {
        let path = FilePath::new(path).unwrap();
        let reading = bartizan_python::read(&path, text.as_bytes());
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    });
    let project = Project::link(files.into(), Models::for_packages(["django"]));
    let evaluator = Evaluator::new(&project);
    let configured = [("production".to_owned(), "school.settings".to_owned())];
    let found = environments(&project, &evaluator, &[], &configured);
    let defaults = Defaults::latest();
    let settings = Settings::of(&project, &evaluator, &found[0], &defaults, &Variables::defaults());
    surface(&project, &evaluator, &settings)
}

fn reach_of_marks(views: &str) -> Reach {
    let surface = school(views);
    assert_eq!(surface.endpoints.len(), 1);
    surface.endpoints[0].access[0].reach
}

#[test]
fn a_teacher_is_asked_for_by_a_function_that_the_view_calls() {
    let views = "from django.core.exceptions import PermissionDenied\n\n\
        def is_teacher(user):\n    return user.is_authenticated and user.is_staff\n\n\
        def marks(request):\n    if not is_teacher(request.user):\n        raise PermissionDenied\n";
    assert_eq!(reach_of_marks(views), Reach::Permission);
}

#[test]
fn questions_that_all_ask_each_other_are_given_up() {
    let mut views = "from django.core.exceptions import PermissionDenied\n".to_owned();
    for at in 0..60 {
        write!(views, "\ndef may_{at}(user, mark):\n").unwrap();
        for other in 0..60 {
            writeln!(views, "    if mark.level > {other} and may_{other}(user, mark):").unwrap();
            writeln!(views, "        return user.has_perm('school.mark') and may_{at}(user, mark)")
                .unwrap();
        }
    }
    views.push_str(
        "\ndef marks(request):\n    if not may_0(request.user, request.mark):\n        \
         raise PermissionDenied\n",
    );
    // Whoever it may be is asked for something, and nobody knows what.
    assert_ne!(reach_of_marks(&views), Reach::Anonymous);
}

#[test]
fn texts_joined_without_end_are_read_to_a_depth() {
    let joined = vec!["'marks'"; 3_000].join(" + ");
    let views = format!(
        "from django.core.exceptions import PermissionDenied\n\n\
         def marks(request):\n    if request.path.startswith({joined}):\n        \
         if not request.user.is_authenticated:\n            raise PermissionDenied\n"
    );
    assert_ne!(reach_of_marks(&views), Reach::Login);
}
