//! pip's requirements files.

use bartizan_base::FilePath;
use bartizan_requirement::{PackageName, Read, formats};
use insta::assert_snapshot;

use crate::shown;

#[test]
fn a_file_as_people_write_it() {
    let file = r#"
# What the clinic runs on.
Django>=4.2,<5.3   # the framework
djangorestframework == 3.15.2
psycopg[binary, pool]~=3.1 ; sys_platform != "win32"
celery[redis] @ https://files.example/celery-5.4.0.tar.gz#sha256=ab12
requests
pillow===10.4.0
setuptools<81; python_version>='3.12'
    indented-package != 1.0
"#;
    assert_snapshot!(shown::file("requirements.txt", file), @r#"
    3:1 django >=4.2,<5.3
    4:1 djangorestframework == 3.15.2
    5:1 psycopg[binary,pool] ~=3.1 ; sys_platform != "win32"
    6:1 celery[redis] from https://files.example/celery-5.4.0.tar.gz#sha256=ab12
    7:1 requests
    8:1 pillow ===10.4.0
    9:1 setuptools <81 ; python_version>='3.12'
    10:5 indented-package != 1.0
    "#);
}

#[test]
fn hashes_and_continuations() {
    let file = "\
django==4.2.11 \\
    --hash=sha256:AAAA \\
    --hash sha256:bbbb
asgiref>=3.6,\\
        <4
sqlparse==0.5.0 \\
# a comment ends the continuation
gunicorn==22.0.0 --config-settings=\"--global-option=x\" --hash=nonsense
";
    assert_snapshot!(shown::file("requirements.txt", file), @r"
    1:1 django ==4.2.11 sha256:aaaa sha256:bbbb
    4:1 asgiref >=3.6,        <4
    6:1 sqlparse ==0.5.0
    8:1 gunicorn ==22.0.0
    8: option --config-settings --global-option=x
    ! 8:56 a hash reads `sha256:…`
    ");
}

#[test]
fn addresses_repositories_and_folders() {
    let file = "\
-e .
-e .[pdf]
--editable=git+https://forge.example/clinic/core.git@v1.2#egg=clinic-core[pdf]&subdirectory=src
git+ssh://git@forge.example/clinic/forms.git@8e2b62570f8a9c7d6e5f4a3b2c1d0e9f8a7b6c5d#egg=clinic-forms
clinic-mail @ git+https://forge.example/clinic/mail.git@main ; python_version < '3.13'
hg+https://forge.example/clinic/labels#egg=clinic-labels
./vendor/clinic_sms-1.2.0-py3-none-any.whl
vendor/clinic-fax-0.9.tar.gz
https://files.example/archive/main.zip
file:///srv/wheels/clinic_pay-2.0-py3-none-any.whl ; sys_platform == 'linux'
../shared
";
    assert_snapshot!(shown::file("requirements.txt", file), @r"
    3:1 clinic-core[pdf] from git https://forge.example/clinic/core.git at v1.2 in src editable
    4:1 clinic-forms from git ssh://git@forge.example/clinic/forms.git at 8e2b62570f8a9c7d6e5f4a3b2c1d0e9f8a7b6c5d
    5:1 clinic-mail from git https://forge.example/clinic/mail.git at main ; python_version < '3.13'
    6:1 clinic-labels from hg https://forge.example/clinic/labels
    7:1 clinic-sms from path ./vendor/clinic_sms-1.2.0-py3-none-any.whl
    8:1 clinic-fax from path vendor/clinic-fax-0.9.tar.gz
    10:1 clinic-pay from path /srv/wheels/clinic_pay-2.0-py3-none-any.whl ; sys_platform == 'linux'
    1:1 (unnamed) from path . editable
    2:1 (unnamed) from path . editable
    9:1 (unnamed) from https://files.example/archive/main.zip
    11:1 (unnamed) from path ../shared
    ");
}

#[test]
fn options() {
    let file = "\
--index-url https://clinic:s3cret@packages.example/wheels/
--extra-index-url=https://mirror.example/wheels
-f https://files.example/wheels
--find-links ./wheels
--trusted-host packages.example
--no-index
--pre
--require-hashes
--no-binary psycopg2,lxml
--only-binary=:all:
--use-feature fast-deps
--prefer-binary
-r base.txt
-rmore.txt
-c ../constraints.txt
--requirement https://files.example/shared.txt
-r ../../outside.txt
--frobnicate
--index-url
";
    assert_snapshot!(shown::file("deploy/requirements.txt", file), @r"
    13: takes in base.txt (deploy/base.txt)
    14: takes in more.txt (deploy/more.txt)
    15: limited by ../constraints.txt (constraints.txt)
    16: takes in https://files.example/shared.txt (outside)
    17: takes in ../../outside.txt (outside)
    1: index https://***@packages.example/wheels/
    2: extra index https://mirror.example/wheels
    3: find links https://files.example/wheels
    4: find links ./wheels
    6: no index
    8: require hashes
    7: pre-releases
    5: trusted host packages.example
    9: no binary psycopg2
    9: no binary lxml
    10: only binary :all:
    11: option --use-feature fast-deps
    12: option --prefer-binary
    ! 18:1 `--frobnicate` is no option of pip
    ! 19:1 `--index-url` wants a value
    ");
}

#[test]
fn variables_are_kept_as_they_stand() {
    let file = "\
--extra-index-url https://${USER}:${TOKEN}@packages.example/wheels
django==${DJANGO_VERSION}
clinic-core @ git+https://${TOKEN}@forge.example/core.git@v1
";
    assert_snapshot!(shown::file("requirements.txt", file), @r"
    2:1 django ==${DJANGO_VERSION} = ?
    3:1 clinic-core from git https://***@forge.example/core.git at v1
    1: extra index https://***@packages.example/wheels
    ");
}

#[test]
fn what_is_wrong_is_said_and_the_rest_goes_on() {
    let file = "\
django>=four
rest framework
==1.0
celery[redis
gunicorn ; python is new
requests>=2
pillow==10.4.0
kombu
redis
vine
amqp
";
    assert_snapshot!(shown::file("requirements.txt", file), @r"
    1:1 django >=four = ?
    4:1 celery
    5:1 gunicorn ; python is new
    6:1 requests >=2
    7:1 pillow ==10.4.0
    8:1 kombu
    9:1 redis
    10:1 vine
    11:1 amqp
    ! 1:7 `>=four` is no version specifier of PEP 440
    ! 2:6 `framework` is neither a version nor a marker
    ! 3:1 `==1.0` does not begin with the name of a package
    ! 4:7 the bracket of the extras is not closed
    ! 5:11 `python is new` is no environment marker of PEP 508
    ");
}

#[test]
fn lines_of_a_template_are_left_out() {
    let file =
        "{% if cookiecutter.use_celery %}\ncelery==5.4.0\n{% endif %}\ndjango=={{ version }}\n";
    assert_snapshot!(shown::file("requirements.txt", file), @"2:1 celery ==5.4.0");
}

#[test]
fn prose_is_no_manifest() {
    let prose = "Requirements of the new shop\n\nThe customer wants:\n - a cart\n - search\n";
    assert_eq!(shown::file("docs/requirements.txt", prose), "no manifest\n");
    assert_eq!(shown::file("requirements.txt", ""), "");
}

#[test]
fn encodings() {
    assert_snapshot!(shown::bytes("requirements.txt", b"\xef\xbb\xbfdjango==4.2\r\nrequests\r\n"), @r"
    1:1 django ==4.2
    2:1 requests
    ");
    let utf16: Vec<u8> = [0xfeff]
        .into_iter()
        .chain("django==4.2\n".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_snapshot!(shown::bytes("requirements.txt", &utf16), @"1:1 django ==4.2");
    assert_snapshot!(shown::bytes("requirements.txt", b"# caf\xe9\ndjango==4.2\n"), @r"
    2:1 django ==4.2
    ! not valid UTF-8, and no encoding is declared
    ");
}

#[test]
fn groups_go_by_the_path() {
    let group = |path: &str| {
        let read = formats::read(&FilePath::new(path).unwrap(), b"django\n");
        let Some(Read::Manifest(manifest)) = read else { panic!("a manifest") };
        manifest.requirements[0].group.to_string()
    };
    assert_eq!(group("requirements.txt"), "production");
    assert_eq!(group("requirements/production.txt"), "production");
    assert_eq!(group("requirements-dev.txt"), "development (dev)");
    assert_eq!(group("requirements/local.txt"), "development (local)");
    assert_eq!(group("test-requirements.in"), "test");
    assert_eq!(group("docs/requirements.txt"), "development (docs)");
}

const COMPILED: &str = "\
#
# This file is autogenerated by pip-compile with Python 3.12
# by the following command:
#
#    pip-compile --output-file=requirements/base.txt requirements/base.in
#
--index-url https://packages.example/wheels

amqp==5.2.0
    # via kombu
celery==5.4.0 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
    # via -r requirements/base.in
django==4.2.11
    # via
    #   -c requirements/limits.txt
    #   -r requirements/base.in
    #   djangorestframework
djangorestframework==3.15.1
    # via -r requirements/base.in
kombu==5.3.7 ; python_version >= \"3.8\"
    # via celery
vine==5.1.0
    # via
    #   amqp
    #   kombu
";

#[test]
fn a_compiled_file_is_a_lock() {
    assert_snapshot!(shown::file("requirements/base.txt", COMPILED), @r#"
    compiled requirements file by pip-compile --output-file=requirements/base.txt requirements/base.in
    made from requirements/base.in
    9:1 amqp 5.2.0 -> vine
    11:1 celery 5.4.0 direct 2 hashes -> kombu
    15:1 django 4.2.11 direct
    20:1 djangorestframework 3.15.1 direct -> django
    22:1 kombu 5.3.7 ; python_version >= "3.8" -> amqp, vine
    24:1 vine 5.1.0
    7: index https://packages.example/wheels
    "#);
}

#[test]
fn a_lock_knows_its_manifest_and_the_way_to_each_package() {
    let found = shown::tree(&[
        ("requirements/base.txt", COMPILED),
        ("requirements/base.in", "-c limits.txt\ncelery\ndjango\ndjangorestframework\n"),
        ("requirements/limits.txt", "django<5\n"),
    ]);
    let lock = &found.locks[0];
    assert_eq!(lock.manifests, [FilePath::new("requirements/base.in").unwrap()]);
    let ways: Vec<String> = found
        .why(&PackageName::new("vine").unwrap())
        .iter()
        .map(|way| way.packages.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" > "))
        .collect();
    assert_eq!(ways, ["celery > kombu > vine"]);
    let limits = found.manifest(&FilePath::new("requirements/limits.txt").unwrap()).unwrap();
    assert!(limits.requirements.iter().all(|requirement| !requirement.kind.brings_in()));
}

#[test]
fn what_uv_exports_names_the_project_itself() {
    let file = "\
# This file was autogenerated by uv via the following command:
#    uv export
django==5.2.1
    # via clinic
asgiref==3.8.1
    # via django
";
    assert_snapshot!(shown::file("requirements.txt", file), @r"
    compiled requirements file by uv export
    made from pyproject.toml
    3:1 django 5.2.1 direct -> asgiref
    5:1 asgiref 3.8.1
    ");
}

#[test]
fn annotations_on_the_line_itself() {
    let file = "\
amqp==5.2.0               # via kombu
celery==5.4.0             # via -r requirements.in, clinic (pyproject.toml)
kombu==5.3.7              # via celery
";
    assert_snapshot!(shown::file("requirements.txt", file), @r"
    compiled requirements file by ?
    made from pyproject.toml, requirements.in
    1:1 amqp 5.2.0
    2:1 celery 5.4.0 direct -> kombu
    3:1 kombu 5.3.7 -> amqp
    ");
}

#[test]
fn files_that_take_in_each_other_are_read_once() {
    let found = shown::tree(&[
        ("requirements.txt", "-r base.txt\ndjango\n"),
        ("base.txt", "-r requirements.txt\n-r base.txt\n-r gone.txt\nrequests\n"),
    ]);
    let paths: Vec<&str> = found.manifests.iter().map(|manifest| manifest.path.as_str()).collect();
    assert_eq!(paths, ["base.txt", "requirements.txt"]);
    let problems: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["base.txt:3:1: gone.txt: not in the tree"]);
    let start = FilePath::new("requirements.txt").unwrap();
    assert_eq!(found.closure(&start).len(), 2);
}
