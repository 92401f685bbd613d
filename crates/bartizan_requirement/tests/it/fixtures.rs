//! Locks that the real tools wrote for a small clinic, and what those tools say of them.
//!
//! Only the hosts were renamed, and of the wheels for many systems one is left.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bartizan_base::MemoryTree;
use bartizan_requirement::{Inventory, Lock, PackageName, Relation, discover};
use insta::assert_snapshot;

use crate::shown;

/// The files that one tool read and wrote.
fn fixture(tool: &str) -> Inventory {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(tool);
    let mut tree = MemoryTree::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        // `dev.txt` is a requirements file by its folder.
        let path = if tool == "pip-compile" { "requirements/" } else { "" }.to_owned();
        tree = tree.with(&(path + name.to_str().unwrap()), fs::read(entry.path()).unwrap());
    }
    discover(&tree)
}

fn packages(lock: &Lock) -> String {
    let mut lines: Vec<String> = lock.packages.iter().map(shown::locked).collect();
    lines.insert(0, format!("{} by {}", lock.path, lock.written_by.as_deref().unwrap_or("?")));
    lines.join("\n")
}

fn ways(found: &Inventory, name: &str) -> Vec<String> {
    let ways = found.why(&PackageName::new(name).unwrap());
    let shown = |way: &bartizan_requirement::Way<'_>| {
        way.packages.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" > ")
    };
    ways.iter().map(shown).collect()
}

#[test]
fn pip_compile() {
    let found = fixture("pip-compile");
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_snapshot!(packages(&found.locks[1]), @r#"
    requirements/requirements.txt by pip-compile --generate-hashes --no-emit-find-links --output-file=requirements.txt --strip-extras requirements.in
    7:1 amqp 5.4.2 <production> 2 hashes -> vine
    11:1 asgiref 3.13.0 <production> 2 hashes
    15:1 billiard 4.3.2 <production> 2 hashes
    19:1 celery 5.7.0 direct <production> 2 hashes -> billiard, click, click-didyoumean, click-plugins, click-repl, kombu, python-dateutil, tzlocal, vine
    23:1 click 8.5.1 <production> 2 hashes
    31:1 click-didyoumean 0.3.1 <production> 2 hashes -> click
    35:1 click-plugins 1.1.1.2 <production> 2 hashes -> click
    39:1 click-repl 0.4.1 <production> 2 hashes -> click, prompt-toolkit, typing-extensions
    43:1 django 5.2.19 direct <production> 2 hashes -> asgiref, sqlparse
    49:1 djangorestframework 3.18.3 direct <production> 2 hashes -> django
    53:1 gunicorn 27.0.1 direct <production> 2 hashes ; sys_platform != "win32"
    57:1 kombu 5.7.0 <production> 2 hashes -> amqp, packaging, redis, vine
    61:1 packaging 26.3 <production> 2 hashes
    65:1 prompt-toolkit 3.0.53 <production> 2 hashes -> wcwidth
    69:1 python-dateutil 2.9.0.post0 <production> 2 hashes -> six
    73:1 redis 8.1.0 <production> 2 hashes
    77:1 six 1.17.0 <production> 2 hashes
    81:1 sqlparse 0.6.1 <production> 2 hashes
    85:1 typing-extensions 4.16.0 <production> 2 hashes
    89:1 tzlocal 5.4.5 <production> 2 hashes
    93:1 vine 5.1.0 <production> 2 hashes
    100:1 wcwidth 0.9.4 <production> 29 hashes
    "#);
    assert_snapshot!(packages(&found.locks[0]), @r"
    requirements/dev.txt by pip-compile --annotation-style=line --no-emit-find-links --output-file=dev.txt --strip-extras dev.in
    7:1 asgiref 3.13.0 <development (dev)>
    8:1 django 5.2.19 <development (dev)> -> asgiref, sqlparse
    9:1 django-debug-toolbar 8.0.0 direct <development (dev)> -> django, sqlparse
    10:1 iniconfig 2.3.1 <development (dev)>
    11:1 packaging 26.3 <development (dev)>
    12:1 pluggy 1.7.0 <development (dev)>
    13:1 pygments 2.21.0 <development (dev)>
    14:1 pytest 9.2.0 <development (dev)> -> iniconfig, packaging, pluggy, pygments
    15:1 pytest-django 4.14.0 direct <development (dev)> -> pytest
    16:1 sqlparse 0.6.1 <development (dev)>
    ");
    assert_snapshot!(ways(&found, "vine").join("\n"), @"celery > vine");
}

#[test]
fn uv_pip_compile() {
    let found = fixture("uv-compile");
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_snapshot!(packages(&found.locks[0]), @r"
    requirements.txt by uv pip compile requirements.in -o requirements.txt
    3:1 amqp 5.4.2 <production> -> vine
    5:1 asgiref 3.13.0 <production>
    7:1 billiard 4.3.2 <production>
    9:1 celery 5.7.0 direct <production> -> billiard, click, click-didyoumean, click-plugins, click-repl, kombu, python-dateutil, tzlocal, vine
    11:1 click 8.5.1 <production>
    17:1 click-didyoumean 0.3.1 <production> -> click
    19:1 click-plugins 1.1.1.2 <production> -> click
    21:1 click-repl 0.4.1 <production> -> click, prompt-toolkit, typing-extensions
    23:1 django 5.2.19 direct <production> -> asgiref, sqlparse
    27:1 djangorestframework 3.18.3 direct <production> -> django
    29:1 gunicorn 27.0.1 direct <production>
    31:1 kombu 5.7.0 <production> -> amqp, packaging, redis, vine
    33:1 packaging 26.3 <production>
    35:1 prompt-toolkit 3.0.53 <production> -> wcwidth
    37:1 python-dateutil 2.9.0.post0 <production> -> six
    39:1 redis 8.1.0 <production>
    41:1 six 1.17.0 <production>
    43:1 sqlparse 0.6.1 <production>
    45:1 typing-extensions 4.16.0 <production>
    47:1 tzlocal 5.4.5 <production>
    49:1 vine 5.1.0 <production>
    54:1 wcwidth 0.9.4 <production>
    ");
}

#[test]
fn uv() {
    let found = fixture("uv");
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_snapshot!(packages(&found.locks[0]), @r"
    uv.lock by uv
    9:8 amqp 5.4.2 from index https://pypi.example/wheels <production> 2 hashes -> vine
    21:8 asgiref 3.13.0 from index https://pypi.example/wheels <production> 2 hashes
    30:8 async-timeout 5.0.1 from index https://pypi.example/wheels <production> 2 hashes
    39:8 billiard 4.3.2 from index https://pypi.example/wheels <production> 2 hashes
    48:8 celery 5.7.0 from index https://pypi.example/wheels direct <production> 2 hashes -> billiard, click, click-didyoumean, click-plugins, click-repl, kombu, python-dateutil, tzlocal, vine, kombu[redis] with redis
    73:8 click 8.5.1 from index https://pypi.example/wheels <production> 2 hashes
    82:8 click-didyoumean 0.3.1 from index https://pypi.example/wheels <production> 2 hashes -> click
    94:8 click-plugins 1.1.1.2 from index https://pypi.example/wheels <production> 2 hashes -> click
    106:8 click-repl 0.4.1 from index https://pypi.example/wheels <production> 2 hashes -> click, prompt-toolkit, typing-extensions
    120:8 clinic 1.0.0 from the workspace project -> celery[redis], django, djangorestframework, gunicorn, openpyxl with reports, pycodestyle with dev, pytest-django with dev, pycodestyle with lint
    162:8 colorama 0.4.6 from index https://pypi.example/wheels <development (dev)> 2 hashes
    171:8 django 5.2.19 from index https://pypi.example/wheels direct <production> 2 hashes -> asgiref, sqlparse, tzdata
    185:8 djangorestframework 3.18.3 from index https://pypi.example/wheels direct <production> 2 hashes -> django
    197:8 et-xmlfile 2.0.0 from index https://pypi.example/wheels <extra (reports)> 2 hashes
    206:8 gunicorn 27.0.1 from index https://pypi.example/wheels direct <production> 2 hashes
    215:8 iniconfig 2.3.1 from index https://pypi.example/wheels <development (dev)> 2 hashes
    224:8 kombu 5.7.0 from index https://pypi.example/wheels <production> 2 hashes -> amqp, tzdata, vine, packaging with redis, redis with redis
    244:8 openpyxl 3.1.5 from index https://pypi.example/wheels direct <extra (reports)> 2 hashes -> et-xmlfile
    256:8 packaging 26.3 from index https://pypi.example/wheels <production> <development (dev)> 2 hashes
    265:8 pluggy 1.7.0 from index https://pypi.example/wheels <development (dev)> 2 hashes
    274:8 prompt-toolkit 3.0.53 from index https://pypi.example/wheels <production> 2 hashes -> wcwidth
    286:8 pycodestyle 2.15.0 from index https://pypi.example/wheels direct <development (dev)> <development (lint)> 2 hashes
    295:8 pygments 2.21.0 from index https://pypi.example/wheels <development (dev)> 2 hashes
    304:8 pytest 9.2.0 from index https://pypi.example/wheels <development (dev)> 2 hashes -> colorama, iniconfig, packaging, pluggy, pygments
    320:8 pytest-django 4.14.0 from index https://pypi.example/wheels direct <development (dev)> 2 hashes -> pytest
    332:8 python-dateutil 2.9.0.post0 from index https://pypi.example/wheels <production> 2 hashes -> six
    344:8 redis 8.1.0 from index https://pypi.example/wheels <production> 2 hashes -> async-timeout
    356:8 six 1.17.0 from index https://pypi.example/wheels <production> 2 hashes
    365:8 sqlparse 0.6.1 from index https://pypi.example/wheels <production> 2 hashes
    374:8 typing-extensions 4.16.0 from index https://pypi.example/wheels <production> 2 hashes
    383:8 tzdata 2026.6 from index https://pypi.example/wheels <production> 2 hashes
    392:8 tzlocal 5.4.5 from index https://pypi.example/wheels <production> 2 hashes -> tzdata
    404:8 vine 5.1.0 from index https://pypi.example/wheels <production> 2 hashes
    413:8 wcwidth 0.9.4 from index https://pypi.example/wheels <production> 3 hashes
    ");
    assert_snapshot!(ways(&found, "six").join("\n"), @"celery > python-dateutil > six");
}

#[test]
fn poetry() {
    let found = fixture("poetry");
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_snapshot!(packages(&found.locks[0]), @r#"
    poetry.lock by Poetry 2.5.1
    4:8 amqp 5.4.2 from index https://pypi.example/wheels <production> 2 hashes -> vine
    24:8 asgiref 3.13.0 from index https://pypi.example/wheels <production> 2 hashes
    45:8 async-timeout 5.0.1 from index https://pypi.example/wheels <production> 2 hashes ; python_full_version < "3.11.3"
    63:8 billiard 4.3.2 from index https://pypi.example/wheels <production> 2 hashes
    80:8 celery 5.7.0 from index https://pypi.example/wheels direct <production> 2 hashes -> billiard, click, click-didyoumean, click-plugins, click-repl, kombu, kombu[redis] with redis, python-dateutil, tzlocal, vine
    147:8 click 8.5.1 from index https://pypi.example/wheels <production> 2 hashes
    164:8 click-didyoumean 0.3.1 from index https://pypi.example/wheels <production> 2 hashes -> click
    184:8 click-plugins 1.1.1.2 from index https://pypi.example/wheels <production> 2 hashes -> click
    207:8 click-repl 0.4.1 from index https://pypi.example/wheels <production> 2 hashes -> click, prompt-toolkit, typing-extensions
    232:8 colorama 0.4.6 from index https://pypi.example/wheels <development (dev)> 2 hashes ; sys_platform == "win32"
    250:8 django 5.2.19 from index https://pypi.example/wheels direct <production> 2 hashes -> asgiref, sqlparse, tzdata
    276:8 djangorestframework 3.18.3 from index https://pypi.example/wheels direct <production> 2 hashes -> django
    296:8 et-xmlfile 2.0.0 from index https://pypi.example/wheels <extra (reports)> 2 hashes ; extra == "reports"
    314:8 gunicorn 27.0.1 from index https://pypi.example/wheels direct <production> 2 hashes ; sys_platform != "win32"
    340:8 iniconfig 2.3.1 from index https://pypi.example/wheels <development (dev)> 2 hashes
    357:8 kombu 5.7.0 from index https://pypi.example/wheels <production> 2 hashes -> amqp, packaging with redis, redis with redis, tzdata, vine
    400:8 openpyxl 3.1.5 from index https://pypi.example/wheels direct <extra (reports)> 2 hashes ; extra == "reports" -> et-xmlfile
    421:8 packaging 26.3 from index https://pypi.example/wheels <production> <development (dev)> 2 hashes
    438:8 pluggy 1.7.0 from index https://pypi.example/wheels <development (dev)> 2 hashes
    455:8 prompt-toolkit 3.0.53 from index https://pypi.example/wheels <production> 2 hashes -> wcwidth
    475:8 pycodestyle 2.15.0 from index https://pypi.example/wheels direct <development (lint)> 2 hashes
    492:8 pygments 2.21.0 from index https://pypi.example/wheels <development (dev)> 2 hashes
    512:8 pytest 9.2.0 from index https://pypi.example/wheels <development (dev)> 2 hashes -> colorama, iniconfig, packaging, pluggy, pygments
    539:8 pytest-django 4.14.0 from index https://pypi.example/wheels direct <development (dev)> 2 hashes -> pytest
    563:8 python-dateutil 2.9.0.post0 from index https://pypi.example/wheels <production> 2 hashes -> six
    583:8 redis 8.1.0 from index https://pypi.example/wheels <production> 2 hashes -> async-timeout
    611:8 six 1.17.0 from index https://pypi.example/wheels <production> 2 hashes
    628:8 sqlparse 0.6.1 from index https://pypi.example/wheels <production> 2 hashes
    649:8 typing-extensions 4.16.0 from index https://pypi.example/wheels <production> 2 hashes
    666:8 tzdata 2026.6 from index https://pypi.example/wheels <production> 2 hashes ; sys_platform == "win32" or platform_system == "Windows"
    684:8 tzlocal 5.4.5 from index https://pypi.example/wheels <production> 2 hashes -> tzdata
    708:8 vine 5.1.0 from index https://pypi.example/wheels <production> 2 hashes
    725:8 wcwidth 0.9.4 from index https://pypi.example/wheels <production> 3 hashes
    "#);
    let mut manifest = String::new();
    shown::manifest(&mut manifest, &found.manifests[0]);
    assert_snapshot!(manifest, @r"
    project clinic
    9:10 python ^3.11
    10:1 django ^5.1 = >=5.1,<6
    11:1 djangorestframework >=3.15
    12:1 celery[redis] ^5.4 = >=5.4,<6
    13:1 gunicorn >=22 ; sys_platform != 'win32'
    14:1 openpyxl >=3.1 <extra (reports)>
    20:1 pytest-django ^4.8 = >=4.8,<5 <development (dev)>
    23:1 pycodestyle * = any <development (lint)>
    26:14 poetry-core <build>
    31: index mirror = https://pypi.example/wheels default
    ");
}

#[test]
fn pdm() {
    let found = fixture("pdm");
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_snapshot!(packages(&found.locks[0]), @r#"
    pdm.lock by PDM
    14:8 amqp 5.4.2 <production> 2 hashes -> vine
    28:8 asgiref 3.13.0 <production> 2 hashes
    39:8 async-timeout 5.0.1 <production> 2 hashes ; python_full_version < "3.11.3"
    51:8 billiard 4.3.2 <production> 2 hashes
    62:8 celery[redis] 5.7.0 direct <production> 2 hashes -> billiard, click-didyoumean, click-plugins, click-repl, click, exceptiongroup, kombu, python-dateutil, tzlocal, vine, kombu[redis]
    101:8 click 8.5.1 <production> 2 hashes
    112:8 click-didyoumean 0.3.1 <production> 2 hashes -> click
    126:8 click-plugins 1.1.1.2 <production> 2 hashes -> click
    139:8 click-repl 0.4.1 <production> 2 hashes -> click, prompt-toolkit, typing-extensions
    155:8 colorama 0.4.6 <test> 2 hashes ; sys_platform == "win32"
    167:8 django 5.2.19 direct <production> 2 hashes -> asgiref, sqlparse, tzdata
    183:8 djangorestframework 3.18.3 direct <production> 2 hashes -> django
    197:8 et-xmlfile 2.0.0 <extra (reports)> 2 hashes
    208:8 gunicorn 27.0.1 direct <production> 2 hashes ; sys_platform != "win32"
    220:8 iniconfig 2.3.1 <test> 2 hashes
    231:8 kombu[redis] 5.7.0 <production> 2 hashes -> amqp, tzdata, vine, packaging, redis
    264:8 openpyxl 3.1.5 direct <extra (reports)> 2 hashes -> et-xmlfile
    278:8 packaging 26.3 <production> <test> 2 hashes
    289:8 pluggy 1.7.0 <test> 2 hashes
    300:8 prompt-toolkit 3.0.53 <production> 2 hashes -> wcwidth
    314:8 pycodestyle 2.15.0 direct <development (lint)> 2 hashes
    325:8 pygments 2.21.0 <test> 2 hashes
    336:8 pytest 9.2.0 <test> 2 hashes -> colorama, exceptiongroup, iniconfig, packaging, pluggy, pygments, tomli
    356:8 pytest-django 4.14.0 direct <test> 2 hashes -> pytest
    370:8 python-dateutil 2.9.0.post0 <production> 2 hashes -> six
    384:8 redis 8.1.0 <production> 2 hashes -> async-timeout
    398:8 six 1.17.0 <production> 2 hashes
    409:8 sqlparse 0.6.1 <production> 2 hashes
    420:8 typing-extensions 4.16.0 <production> 2 hashes
    431:8 tzdata 2026.6 <production> 2 hashes ; sys_platform == "win32" or platform_system == "Windows"
    443:8 tzlocal 5.4.5 <production> 2 hashes -> tzdata
    457:8 vine 5.1.0 <production> 2 hashes
    468:8 wcwidth 0.9.4 <production> 3 hashes
    "#);
    let mut manifest = String::new();
    shown::manifest(&mut manifest, &found.manifests[0]);
    assert_snapshot!(manifest, @r"
    project clinic
    4:19 python >=3.11
    6:6 django >=5.1,<5.3
    7:6 djangorestframework >=3.15
    8:6 celery[redis] >=5.4
    9:6 gunicorn >=22 ; sys_platform != 'win32'
    13:13 openpyxl >=3.1 <extra (reports)>
    16:10 pycodestyle >=2.12 <development (lint)>
    22:10 pytest-django >=4.8 <test>
    ");
}

#[test]
fn pipenv() {
    let found = fixture("pipenv");
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_snapshot!(packages(&found.locks[0]), @r"
    Pipfile.lock by pipenv
    19:9 amqp 5.4.2 <production> 2 hashes ; python_version >= '3.10'
    27:9 asgiref 3.13.0 <production> 2 hashes ; python_version >= '3.11'
    35:9 billiard 4.3.2 <production> 2 hashes ; python_version >= '3.10'
    43:9 celery[redis] 5.7.0 direct <production> 2 hashes ; python_version >= '3.10'
    54:9 click 8.5.1 <production> 2 hashes ; python_version >= '3.10'
    62:9 click-didyoumean 0.3.1 <production> 2 hashes ; python_full_version >= '3.6.2'
    70:9 click-plugins 1.1.1.2 <production> 2 hashes
    77:9 click-repl 0.4.1 <production> 2 hashes ; python_version >= '3.9'
    85:9 django 5.2.19 from index pypi direct <production> 2 hashes ; python_version >= '3.10'
    94:9 djangorestframework 3.18.3 from index pypi direct <production> 2 hashes ; python_version >= '3.10'
    103:9 gunicorn 27.0.1 direct <production> 2 hashes ; sys_platform != 'win32'
    111:9 kombu[redis] 5.7.0 <production> 2 hashes ; python_version >= '3.10'
    122:9 packaging 26.3 <production> 2 hashes ; python_version >= '3.9'
    130:9 prompt-toolkit 3.0.53 <production> 2 hashes ; python_version >= '3.10'
    138:9 python-dateutil 2.9.0.post0 <production> 2 hashes ; python_version >= '2.7' and python_version != '3.0' and python_version != '3.1' and python_version != '3.2'
    146:9 redis 8.1.0 <production> 2 hashes ; python_version >= '3.10'
    154:9 six 1.17.0 <production> 2 hashes ; python_version >= '2.7' and python_version != '3.0' and python_version != '3.1' and python_version != '3.2'
    162:9 sqlparse 0.6.1 <production> 2 hashes ; python_version >= '3.10'
    170:9 typing-extensions 4.16.0 <production> 2 hashes ; python_version >= '3.9'
    178:9 tzlocal 5.4.5 <production> 2 hashes ; python_version >= '3.10'
    186:9 vine 5.1.0 <production> 2 hashes ; python_version >= '3.6'
    194:9 wcwidth 0.9.4 <production> 29 hashes ; python_version >= '3.9'
    231:9 iniconfig 2.3.1 <development (dev)> 2 hashes ; python_version >= '3.10'
    239:9 packaging 26.3 <development (dev)> 2 hashes ; python_version >= '3.9'
    247:9 pluggy 1.7.0 <development (dev)> 2 hashes ; python_version >= '3.10'
    255:9 pygments 2.21.0 <development (dev)> 2 hashes ; python_version >= '3.9'
    263:9 pytest 9.2.0 <development (dev)> 2 hashes ; python_version >= '3.10'
    271:9 pytest-django 4.14.0 from index pypi direct <development (dev)> 2 hashes ; python_version >= '3.10'
    ");
    let mut manifest = String::new();
    shown::manifest(&mut manifest, &found.manifests[0]);
    assert_snapshot!(manifest, @r"
    16:18 python 3.12
    7:1 django >=5.1,<5.3
    8:1 djangorestframework * = any
    9:1 celery[redis] >=5.4
    10:1 gunicorn * = any ; sys_platform != 'win32'
    13:1 pytest-django >=4.8 <development (dev)>
    2: index pypi = https://pypi.example/wheels default
    ");
}

#[test]
fn pylock() {
    let found = fixture("pylock");
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_snapshot!(packages(&found.locks[0]), @r"
    pylock.toml by uv
    8:8 amqp 5.4.2 from index https://pypi.example/wheels 2 hashes
    15:8 asgiref 3.13.0 from index https://pypi.example/wheels 2 hashes
    22:8 async-timeout 5.0.1 from index https://pypi.example/wheels 2 hashes ; python_full_version < '3.11.3'
    30:8 billiard 4.3.2 from index https://pypi.example/wheels 2 hashes
    37:8 celery 5.7.0 from index https://pypi.example/wheels direct <production> 2 hashes
    44:8 click 8.5.1 from index https://pypi.example/wheels 2 hashes
    51:8 click-didyoumean 0.3.1 from index https://pypi.example/wheels 2 hashes
    58:8 click-plugins 1.1.1.2 from index https://pypi.example/wheels 2 hashes
    65:8 click-repl 0.4.1 from index https://pypi.example/wheels 2 hashes
    72:8 colorama 0.4.6 from index https://pypi.example/wheels 2 hashes ; sys_platform == 'win32'
    80:8 django 5.2.19 from index https://pypi.example/wheels direct <production> 2 hashes
    87:8 djangorestframework 3.18.3 from index https://pypi.example/wheels direct <production> 2 hashes
    94:8 et-xmlfile 2.0.0 from index https://pypi.example/wheels 2 hashes
    101:8 gunicorn 27.0.1 from index https://pypi.example/wheels direct <production> 2 hashes ; sys_platform != 'win32'
    109:8 iniconfig 2.3.1 from index https://pypi.example/wheels 2 hashes
    116:8 kombu 5.7.0 from index https://pypi.example/wheels 2 hashes
    123:8 openpyxl 3.1.5 from index https://pypi.example/wheels direct <extra (reports)> 2 hashes
    130:8 packaging 26.3 from index https://pypi.example/wheels 2 hashes
    137:8 pluggy 1.7.0 from index https://pypi.example/wheels 2 hashes
    144:8 prompt-toolkit 3.0.53 from index https://pypi.example/wheels 2 hashes
    151:8 pycodestyle 2.15.0 from index https://pypi.example/wheels direct <development (lint)> 2 hashes
    158:8 pygments 2.21.0 from index https://pypi.example/wheels 2 hashes
    165:8 pytest 9.2.0 from index https://pypi.example/wheels 2 hashes
    172:8 pytest-django 4.14.0 from index https://pypi.example/wheels direct <development (dev)> 2 hashes
    179:8 python-dateutil 2.9.0.post0 from index https://pypi.example/wheels 2 hashes
    186:8 redis 8.1.0 from index https://pypi.example/wheels 2 hashes
    193:8 six 1.17.0 from index https://pypi.example/wheels 2 hashes
    200:8 sqlparse 0.6.1 from index https://pypi.example/wheels 2 hashes
    207:8 typing-extensions 4.16.0 from index https://pypi.example/wheels 2 hashes
    214:8 tzdata 2026.6 from index https://pypi.example/wheels 2 hashes ; sys_platform == 'win32'
    222:8 tzlocal 5.4.5 from index https://pypi.example/wheels 2 hashes
    229:8 vine 5.1.0 from index https://pypi.example/wheels 2 hashes
    236:8 wcwidth 0.9.4 from index https://pypi.example/wheels 3 hashes
    ");
}

#[test]
fn cyclonedx() {
    let found = fixture("cyclonedx");
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_snapshot!(packages(&found.locks[0]), @r"
    clinic.cdx.json by uv 0.13.9
    32:16 amqp 5.4.2 2 hashes -> vine
    61:16 asgiref 3.13.0 2 hashes
    90:16 async-timeout 5.0.1 2 hashes
    125:16 billiard 4.3.2 2 hashes
    154:16 celery 5.7.0 direct 2 hashes -> billiard, click, click-didyoumean, click-plugins, click-repl, kombu, python-dateutil, tzlocal, vine
    183:16 click 8.5.1 2 hashes
    212:16 click-didyoumean 0.3.1 2 hashes -> click
    241:16 click-plugins 1.1.1.2 2 hashes -> click
    270:16 click-repl 0.4.1 2 hashes -> click, prompt-toolkit, typing-extensions
    299:16 colorama 0.4.6 2 hashes
    334:16 django 5.2.19 direct 2 hashes -> asgiref, sqlparse, tzdata
    363:16 djangorestframework 3.18.3 direct 2 hashes -> django
    392:16 et-xmlfile 2.0.0 2 hashes
    421:16 gunicorn 27.0.1 direct 2 hashes
    456:16 iniconfig 2.3.1 2 hashes
    485:16 kombu 5.7.0 2 hashes -> amqp, packaging, redis, tzdata, vine
    514:16 openpyxl 3.1.5 direct 2 hashes -> et-xmlfile
    543:16 packaging 26.3 2 hashes
    572:16 pluggy 1.7.0 2 hashes
    601:16 prompt-toolkit 3.0.53 2 hashes -> wcwidth
    630:16 pycodestyle 2.15.0 direct 2 hashes
    659:16 pygments 2.21.0 2 hashes
    688:16 pytest 9.2.0 2 hashes -> colorama, iniconfig, packaging, pluggy, pygments
    717:16 pytest-django 4.14.0 direct 2 hashes -> pytest
    746:16 python-dateutil 2.9.0.post0 2 hashes -> six
    775:16 redis 8.1.0 2 hashes -> async-timeout
    804:16 six 1.17.0 2 hashes
    833:16 sqlparse 0.6.1 2 hashes
    862:16 typing-extensions 4.16.0 2 hashes
    891:16 tzdata 2026.6 2 hashes
    926:16 tzlocal 5.4.5 2 hashes -> tzdata
    955:16 vine 5.1.0 2 hashes
    984:16 wcwidth 0.9.4 2 hashes
    ");
}

#[test]
fn every_tool_chose_packages_that_every_format_tells_alike() {
    // The same index answered all of them within a minute, so that what the clinic runs on is one
    // set, whatever the format.
    let names = |tool: &str| -> BTreeSet<String> {
        let found = fixture(tool);
        let lock = found.locks.iter().max_by_key(|lock| lock.packages.len()).unwrap();
        let ours = lock.packages.iter().filter(|package| {
            package.relation != Relation::Project
                && (package.groups.is_empty() || package.groups.iter().any(|g| g.name().is_none()))
        });
        ours.map(|package| format!("{} {}", package.name, package.version_text)).collect()
    };
    assert_eq!(names("uv"), names("poetry"));
    assert!(names("pip-compile").is_subset(&names("uv")));
}
