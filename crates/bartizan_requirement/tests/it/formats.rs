//! Every other format, with inputs as people write them.

use bartizan_base::FilePath;
use bartizan_requirement::PackageName;
use insta::assert_snapshot;

use crate::shown;

#[test]
fn the_standard_tables_of_pyproject() {
    let file = r#"
[build-system]
requires = ["setuptools>=61", "wheel"]

[project]
name = "Clinic_App"
requires-python = ">=3.11"
dependencies = [
    "Django>=5.1,<5.3",  # the framework
    "psycopg[binary]>=3.1; sys_platform != \"win32\"",
    'clinic-core @ git+https://forge.example/core.git@v1.2',
]

[project.optional-dependencies]
PDF = ["weasyprint>=62"]

[dependency-groups]
dev = ["ruff", {include-group = "test"}]
test = ["pytest-django>=4.8"]

[tool.setuptools.dynamic]
dependencies = { file = ["requirements.txt"] }
"#;
    assert_snapshot!(shown::file("pyproject.toml", file), @r#"
    project Clinic_App
    7:19 python >=3.11
    3:14 setuptools >=61 <build>
    3:32 wheel <build>
    9:6 django >=5.1,<5.3
    10:6 psycopg[binary] >=3.1 ; sys_platform != "win32"
    11:6 clinic-core from git https://forge.example/core.git at v1.2
    15:9 weasyprint >=62 <extra (pdf)>
    18:9 ruff <development (dev)>
    19:10 pytest-django >=4.8 <test>
    22: takes in requirements.txt (requirements.txt)
    "#);
}

#[test]
fn poetry_one_and_two() {
    let one = r#"
[tool.poetry]
name = "clinic"

[tool.poetry.dependencies]
python = "^3.11"
django = "^5.1"
celery = {version = "~5.4", extras = ["redis"]}
gunicorn = {version = "*", markers = "sys_platform != 'win32'"}
numpy = [
    {version = "<2", python = "<3.12"},
    {version = ">=2", python = ">=3.12"},
]
clinic-core = {git = "https://forge.example/core.git", tag = "v1.2"}
clinic-forms = {path = "../forms", develop = true}
weasyprint = {version = ">=62", optional = true}

[tool.poetry.extras]
pdf = ["weasyprint"]

[tool.poetry.dev-dependencies]
ipython = "*"

[tool.poetry.group.test.dependencies]
pytest-django = "4.8.0"

[tool.poetry.dependencies.pillow]
version = ">=10"
source = "clinic"

[[tool.poetry.source]]
name = "clinic"
url = "https://mia:s3cret@packages.example/wheels"
priority = "explicit"
"#;
    assert_snapshot!(shown::file("pyproject.toml", one), @r"
    project clinic
    6:10 python ^3.11
    7:1 django ^5.1 = >=5.1,<6
    8:1 celery[redis] ~5.4 = >=5.4,<5.5
    9:1 gunicorn * = any ; sys_platform != 'win32'
    10:1 numpy <2 ; python_full_version < '3.12'
    10:1 numpy >=2 ; python_full_version >= '3.12'
    14:1 clinic-core from git https://forge.example/core.git at v1.2
    15:1 clinic-forms from path ../forms editable
    16:1 weasyprint >=62 <extra (pdf)>
    22:1 ipython * = any <development (dev)>
    25:1 pytest-django 4.8.0 = ==4.8.0 <test>
    27:27 pillow >=10 from index clinic
    33: index clinic = https://***@packages.example/wheels explicit
    ");
    let two = r#"
[project]
name = "clinic"
dependencies = ["django (>=5.1,<6)", "clinic-core"]

[tool.poetry.dependencies]
clinic-core = {git = "https://forge.example/core.git"}
"#;
    assert_snapshot!(shown::file("pyproject.toml", two), @r"
    project clinic
    4:18 django (>=5.1,<6) = >=5.1,<6
    4:39 clinic-core from git https://forge.example/core.git
    ");
}

#[test]
fn tables_of_pdm_hatch_and_uv() {
    let file = r#"
[project]
name = "clinic"
dependencies = ["django>=5.1", "clinic-core", "clinic-forms", "torch"]

[tool.pdm.dev-dependencies]
test = ["pytest-django", "-e file:///${PROJECT_ROOT}/tools#egg=clinic-tools"]

[[tool.pdm.source]]
name = "clinic"
url = "http://packages.example/wheels"
verify_ssl = false

[tool.pdm.resolution.overrides]
asgiref = "3.8.1"

[tool.hatch.envs.default]
dependencies = ["coverage", "clinic-tools @ {root:uri}/tools"]

[tool.uv]
dev-dependencies = ["django-debug-toolbar"]
constraint-dependencies = ["sqlparse>=0.5.2"]
override-dependencies = ["werkzeug==2.3.0"]
extra-index-url = ["https://mirror.example/wheels"]

[tool.uv.sources]
clinic-core = { git = "https://forge.example/core.git", rev = "8e2b6257" }
clinic-forms = { workspace = true }
torch = [{ index = "wheels", marker = "sys_platform == 'linux'" }]

[[tool.uv.index]]
name = "wheels"
url = "https://wheels.example/cpu"
explicit = true
"#;
    assert_snapshot!(shown::file("pyproject.toml", file), @r"
    project clinic
    4:18 django >=5.1
    4:33 clinic-core from git https://forge.example/core.git at 8e2b6257
    4:48 clinic-forms from the workspace
    4:64 torch from index wheels
    7:10 pytest-django <test>
    7:27 clinic-tools from path /${PROJECT_ROOT}/tools editable <test>
    15:1 asgiref 3.8.1 = ==3.8.1 (override)
    18:18 coverage <development (default)>
    21:22 django-debug-toolbar <development (dev)>
    22:29 sqlparse >=0.5.2 (limit)
    23:27 werkzeug ==2.3.0 (override)
    24: extra index https://mirror.example/wheels
    11: index clinic = http://packages.example/wheels unverified
    33: index wheels = https://wheels.example/cpu explicit
    ");
}

#[test]
fn what_is_wrong_in_a_table() {
    let file = r#"
[project]
dependencies = ["django>=five", 4, "requests"]
requires-python = ["3.12"]

[dependency-groups]
dev = [{include-group = "tests"}]

[tool.poetry.dependencies]
celery = 5
"-x" = "*"
kombu = "^five"

[broken
name = 
"#;
    assert_snapshot!(shown::file("pyproject.toml", file), @r"
    3:18 django >=five = ?
    3:37 requests
    10:1 celery
    12:1 kombu ^five = ?
    ! 3:24 `>=five` is no version specifier of PEP 440
    ! 3:33 a requirement as text is expected, a number or date found
    ! 4:19 a version as text is expected, a list found
    ! 7:25 there is no group `tests`
    ! 10:10 a version or a table is expected, a number or date found
    ! 11:1 `-x` is no name of a package
    ! 12:9 `^five` is no version constraint
    ! 14:8 not valid TOML: unclosed table, expected `]`
    ");
}

#[test]
fn setup_cfg() {
    let file = "\
[metadata]
name = clinic

[options]
python_requires = >=3.11
install_requires =
    django>=5.1
    # a comment
    gunicorn; sys_platform != 'win32'
setup_requires = setuptools_scm; wheel
tests_require = file: requirements/test.txt, requirements/ci.txt

[options.extras_require]
pdf =
    weasyprint>=62

[flake8]
max-line-length = 100
";
    assert_snapshot!(shown::file("setup.cfg", file), @r"
    project clinic
    5:19 python >=3.11
    7:5 django >=5.1
    9:5 gunicorn ; sys_platform != 'win32'
    10:18 setuptools-scm <build>
    10:34 wheel <build>
    15:5 weasyprint >=62 <extra (pdf)>
    11: takes in requirements/test.txt (requirements/test.txt)
    11: takes in requirements/ci.txt (requirements/ci.txt)
    ");
    assert_snapshot!(shown::file("setup.cfg", "[flake8]\nmax-line-length = 100\n"), @"no manifest");
}

#[test]
fn setup_py_of_whichever_tool_is_there_and_with_a_version_that_is_run() {
    let file = r#"
try:
    from setuptools import setup
except ImportError:
    from distutils.core import setup

requires = ["django>=4.2"]
extras = {"pdf": ["reportlab"]}
everything = set()
for deps in extras.values():
    everything.update(deps)
extras["all"] = list(everything)
exec(open("shop/version.py").read())
locals()["channel"] = "stable"
setup(
    name="shop",
    version=__version__,
    install_requires=requires,
    extras_require=extras,
)
"#;
    assert_snapshot!(shown::file("setup.py", file), @r"
    project shop
    7:14 django >=4.2
    8:20 reportlab <extra (pdf)>
    ");
    let guarded = "import setuptools\nif x:\n    exec(y)\nif __name__ == '__main__':\n    \
                   setuptools.setup(install_requires=['django'])\n";
    assert_snapshot!(shown::file("setup.py", guarded), @"5:41 django");
    let joined = "from setuptools import setup\n\
                  setup(extras_require=dict(pdf=['reportlab'], xls=['openpyxl']))\n";
    assert_snapshot!(shown::file("setup.py", joined), @r"
    2:33 reportlab <extra (pdf)>
    2:52 openpyxl <extra (xls)>
    ");
}

#[test]
fn setup_py() {
    let file = r#"
import os
from setuptools import find_packages, setup

install_requires = ["Django>=4.2", 'psycopg[binary]~=3.1; sys_platform != "win32"']
if os.environ.get("CLINIC_PDF"):
    install_requires.append("weasyprint>=62")
tests = ["pytest-django", "pytest" "-cov>=5"]

def read(name):
    return open(name).read().splitlines()

setup(
    name="Clinic_App",
    packages=find_packages(),
    python_requires=">=3.11",
    install_requires=install_requires + ["gunicorn"],
    tests_require=tests,
    extras_require={"test": tests, "celery": ("celery[redis]>=5.4",), "docs": read("docs/requirements.txt")},
    setup_requires=["not a requirement"],
)
"#;
    assert_snapshot!(shown::file("setup.py", file), @r#"
    project Clinic_App
    16:21 python >=3.11
    5:22 django >=4.2
    5:37 psycopg[binary] ~=3.1 ; sys_platform != "win32"
    7:30 weasyprint >=62
    8:11 pytest-django <test (tests_require)>
    8:11 pytest-django <extra (test)>
    8:27 pytest-cov >=5 <test (tests_require)>
    8:27 pytest-cov >=5 <extra (test)>
    17:43 gunicorn
    19:48 celery[redis] >=5.4 <extra (celery)>
    19: takes in docs/requirements.txt (outside)
    ! 20:21 `a` is neither a version nor a marker
    "#);
    assert_snapshot!(shown::file("setup.py", "def setup(): pass\nsetup()\n"), @"no manifest");
}

#[test]
fn setup_py_whose_requirements_are_one_text() {
    let file = r#"
import setuptools
requires = """
django==5.2.17
django-axes[ipware]==8.3.1

axes
""".split()
lines = """
# what the till needs
pyserial>=3
gunicorn
""".strip().splitlines()
upper = ",<6.1" if stable else ""
setuptools.setup(
    install_requires=requires + [line for line in lines if line] + ["celery>=5" + upper],
    tests_require="""
        pytest
        pytest-django>=4
    """,
    extras_require={"pdf": "reportlab,weasyprint>=62".split(","), "own": ["shop-pdf==" + version()]},
)
"#;
    assert_snapshot!(shown::file("setup.py", file), @"
    4:1 django ==5.2.17
    5:1 django-axes[ipware] ==8.3.1
    7:1 axes
    11:1 pyserial >=3
    12:1 gunicorn
    16:69 celery >=5,<6.1
    18:9 pytest <test (tests_require)>
    19:9 pytest-django >=4 <test (tests_require)>
    21:29 reportlab <extra (pdf)>
    21:39 weasyprint >=62 <extra (pdf)>
    21:76 shop-pdf <extra (own)>
    ");
}

#[test]
fn tox() {
    let file = "\
[tox]
envlist = py{311,312}-django{51,52}
requires = tox>=4

[testenv]
deps =
    pytest-django
    django51: Django>=5.1,<5.2
    django52,djangomain: Django>=5.2
    -r requirements/test.txt
    -c{toxinidir}/constraints.txt
    {[base]deps}
commands = pytest

[testenv:docs]
deps = sphinx
";
    assert_snapshot!(shown::file("tox.ini", file), @r"
    3:12 tox >=4 <development (tox)>
    7:5 pytest-django <test (tox)>
    8:15 django >=5.1,<5.2 <test (tox)>
    9:26 django >=5.2 <test (tox)>
    16:8 sphinx <development (docs)>
    10: takes in requirements/test.txt (requirements/test.txt)
    11: limited by constraints.txt (constraints.txt)
    ");
}

#[test]
fn conda() {
    let file = "\
name: clinic
channels:
  - conda-forge
dependencies:
  - python=3.12
  - django=5.1
  - conda-forge::psycopg2>=2.9,<3
  - _libgcc_mutex=0.1
  - pip
  - pip:
      - djangorestframework==3.15.2
      - -r requirements.txt
      - \"celery[redis]>=5.4\"
";
    assert_snapshot!(shown::file("environment.yml", file), @r"
    5:5 python =3.12
    6:5 django =5.1 = ==5.1.* from index conda
    7:5 psycopg2 >=2.9,<3 from index conda-forge
    9:5 pip from index conda
    11:9 djangorestframework ==3.15.2
    13:10 celery[redis] >=5.4
    12: takes in requirements.txt (requirements.txt)
    ");
    assert_snapshot!(shown::file("environment.yml", "clinic: true\n"), @"no manifest");
}

#[test]
fn pre_commit() {
    let file = "\
repos:
  - repo: https://forge.example/mypy
    rev: v1.10.0
    hooks:
      - id: mypy
        additional_dependencies: [django-stubs==5.0.2, 'types-requests>=2']
      - id: eslint
        additional_dependencies:
          - eslint@9.1.0
          - ./plugin
      - id: shell
        language: node
        additional_dependencies: [prettier]
";
    assert_snapshot!(shown::file(".pre-commit-config.yaml", file), @r"
    6:35 django-stubs ==5.0.2 <development (pre-commit)>
    6:57 types-requests >=2 <development (pre-commit)>
    ");
}

#[test]
fn commands_of_a_dockerfile() {
    let file = "\
FROM python:3.12-slim
ARG DJANGO=5.2
# RUN pip install nothing
RUN apt-get install -y libpq5 && \\
    pip install --no-cache-dir --upgrade pip 'gunicorn>=22' \\
        \"psycopg[binary]==3.1.19\" django==$DJANGO && rm -rf /tmp
COPY requirements.txt /app/
RUN python -m pip3 install -r /app/requirements.txt --extra-index-url https://packages.example/wheels
RUN pip install -e . git+https://forge.example/core.git@main#egg=clinic-core
RUN npm install left-pad
";
    assert_snapshot!(shown::file("Dockerfile", file), @r"
    5:42 pip
    5:47 gunicorn >=22
    6:10 psycopg[binary] ==3.1.19
    9:22 clinic-core from git https://forge.example/core.git at main
    9:20 (unnamed) from path . editable
    8: takes in /app/requirements.txt (outside)
    8: extra index https://packages.example/wheels
    ");
}

#[test]
fn commands_of_a_dockerfile_as_lists_of_words() {
    let file = r#"
RUN ["pip", "install", "--no-cache-dir", "django>=5.2", "psycopg[binary]==3.1.19"]
RUN --mount=type=cache,target=/var/cache/pip ["python3", "-m", "pip", "install", \
     "-r", "requirements.txt", "celery; python_version > '3.9'"]
RUN ["/bin/sh", "-lc", "pip install gunicorn==22.0 && rm -rf /tmp"]
RUN ["pip", "install", "unclosed]
"#;
    assert_snapshot!(shown::file("Dockerfile", file), @r"
    2:43 django >=5.2
    2:58 psycopg[binary] ==3.1.19
    4:33 celery ; python_version > '3.9'
    5:37 gunicorn ==22.0
    4: takes in requirements.txt (outside)
    ");
}

#[test]
fn tox_as_toml() {
    let file = r#"
requires = ["tox>=4.19"]
env_list = ["3.13", "docs"]

[env_run_base]
deps = ["pytest-django>=4.8", "-r requirements/test.txt", "-c{tox_root}/constraints.txt", { replace = "ref", of = ["x"] }]
commands = [["pytest"]]

[env.docs]
deps = ["sphinx==7", "{env_name}-x"]
"#;
    assert_snapshot!(shown::file("tox.toml", file), @r"
    2:14 tox >=4.19 <development (tox)>
    6:10 pytest-django >=4.8 <test (tox)>
    10:10 sphinx ==7 <development (docs)>
    6: takes in requirements/test.txt (requirements/test.txt)
    6: limited by constraints.txt (constraints.txt)
    ");
    let inside = "[tool.tox]\nrequires = ['tox>=4']\n[tool.tox.env.unit]\ndeps = ['pytest']\n";
    assert_snapshot!(shown::file("pyproject.toml", inside), @r"
    2:14 tox >=4 <development (tox)>
    4:10 pytest <test (unit)>
    ");
}

#[test]
fn commands_of_a_workflow() {
    let file = "\
jobs:
  test:
    steps:
      - run: pip install tox==4.15 && tox
      - run: |
          python -m pip install -U pip
          uv pip install ruff -c constraints.txt
      - run: pip install ${{ matrix.django }} coverage
";
    let path = ".github/workflows/test.yml";
    assert_snapshot!(shown::file(path, file), @r"
    4:26 tox ==4.15 <development (ci)>
    6:36 pip <development (ci)>
    7:26 ruff <development (ci)>
    8:47 coverage <development (ci)>
    7: limited by constraints.txt (outside)
    ");
    assert_snapshot!(shown::file(path, "jobs: {}\n"), @"no manifest");
}

#[test]
fn a_command_finds_the_file_that_it_names() {
    let found = shown::tree(&[
        ("docker/web.Dockerfile", "RUN pip install -r /app/requirements/base.txt\n"),
        ("requirements/base.txt", "django==5.2\n"),
    ]);
    let dockerfile = found.manifest(&FilePath::new("docker/web.Dockerfile").unwrap()).unwrap();
    let path = dockerfile.includes[0].path.as_ref().unwrap();
    assert_eq!(path.as_str(), "requirements/base.txt");
    assert!(found.problems.is_empty());
}

#[test]
fn an_installed_environment() {
    let found = shown::tree(&[
        (
            "lib/Django-5.2.1.dist-info/METADATA",
            "Metadata-Version: 2.4\nName: Django\nVersion: 5.2.1\nLicense-Expression: BSD-3-Clause\n\
             Requires-Dist: asgiref>=3.8.1\nRequires-Dist: argon2-cffi>=19.1.0; extra == \"argon2\"\n\n\
             Name: not a header\n",
        ),
        ("lib/Django-5.2.1.dist-info/REQUESTED", ""),
        (
            "lib/Django-5.2.1.dist-info/RECORD",
            "../../bin/django-admin,,\nDjango-5.2.1.dist-info/METADATA,,\ndjango/__init__.py,sha256=x,7\n",
        ),
        ("lib/asgiref-3.8.1.dist-info/METADATA", "Name: asgiref\nVersion: 3.8.1\n"),
        ("lib/clinic_core-1.0.dist-info/METADATA", "Name: clinic-core\nVersion: 1.0\n"),
        (
            "lib/clinic_core-1.0.dist-info/direct_url.json",
            r#"{"url": "https://forge.example/core.git", "vcs_info": {"vcs": "git", "requested_revision": "main", "commit_id": "8e2b6257"}}"#,
        ),
        ("lib/broken-1.dist-info/METADATA", "Version: 1\n"),
    ]);
    let mut out = String::new();
    shown::lock(&mut out, &found.locks[0]);
    assert_snapshot!(out, @r"
    installed environment by ?
    2:7 django 5.2.1 direct licence BSD-3-Clause -> asgiref, argon2-cffi with argon2
    1:7 asgiref 3.8.1
    1:7 clinic-core 1.0 from git https://forge.example/core.git at main commit 8e2b6257
    ! 1:1 the metadata names no package
    ");
    assert_eq!(found.locks[0].packages[0].modules, ["django"]);
    assert_eq!(found.locks[0].path.as_str(), "lib");
}

#[test]
fn a_pipfile_lock() {
    let file = r#"{
    "_meta": {
        "hash": {"sha256": "e06c"},
        "requires": {"python_version": "3.12"},
        "sources": [{"name": "clinic", "url": "https://packages.example/wheels", "verify_ssl": false}]
    },
    "default": {
        "django": {"hashes": ["sha256:aa", "sha256:bb"], "index": "clinic", "version": "==5.2.1"},
        "clinic-core": {"git": "https://forge.example/core.git", "ref": "8e2b6257", "editable": true}
    },
    "develop": {
        "pytest": {"hashes": ["sha256:cc"], "markers": "python_version >= '3.8'", "version": "==8.2"}
    }
}"#;
    assert_snapshot!(shown::file("Pipfile.lock", file), @r"
    Pipfile.lock by pipenv
    python 3.12
    8:9 django 5.2.1 from index clinic unknown <production> 2 hashes
    9:9 clinic-core - from git https://forge.example/core.git at 8e2b6257 commit 8e2b6257 unknown <production>
    12:9 pytest 8.2 unknown <development (dev)> 1 hashes ; python_version >= '3.8'
    5: index clinic = https://packages.example/wheels default unverified
    ");
}

#[test]
fn spdx() {
    let file = r#"{
  "spdxVersion": "SPDX-2.3",
  "creationInfo": {"creators": ["Organization: Clinic", "Tool: bom-maker 1.0"]},
  "packages": [
    {"SPDXID": "SPDXRef-app", "name": "clinic", "versionInfo": "1.0"},
    {"SPDXID": "SPDXRef-1", "name": "Django", "versionInfo": "5.2.1", "licenseDeclared": "BSD-3-Clause",
     "checksums": [{"algorithm": "SHA256", "checksumValue": "AA"}],
     "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:pypi/django@5.2.1"}]},
    {"SPDXID": "SPDXRef-2", "name": "asgiref", "versionInfo": "3.8.1",
     "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:pypi/asgiref@3.8.1"}]},
    {"SPDXID": "SPDXRef-3", "name": "left-pad", "versionInfo": "1.0.0",
     "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/left-pad@1.0.0"}]}
  ],
  "relationships": [
    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-app"},
    {"spdxElementId": "SPDXRef-app", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-1"},
    {"spdxElementId": "SPDXRef-2", "relationshipType": "DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-1"}
  ]
}"#;
    assert_snapshot!(shown::file("clinic.spdx.json", file), @r"
    SPDX bill of materials by bom-maker 1.0
    6:38 django 5.2.1 direct 1 hashes licence BSD-3-Clause -> asgiref
    9:38 asgiref 3.8.1
    ");
}

#[test]
fn a_json_that_is_no_bill_of_materials() {
    assert_snapshot!(shown::file("sbom.json", r#"{"name": "clinic"}"#), @"no manifest");
}

#[test]
fn locks_of_repositories_and_folders() {
    let uv = r#"
version = 1
requires-python = ">=3.11"

[manifest]
members = ["clinic", "clinic-forms"]

[[package]]
name = "clinic"
version = "1.0"
source = { virtual = "." }
dependencies = [{ name = "clinic-core" }, { name = "celery", extra = ["redis"], marker = "sys_platform != 'win32'" }]

[package.dev-dependencies]
dev = [{ name = "ruff" }]

[[package]]
name = "clinic-forms"
source = { editable = "forms" }

[[package]]
name = "clinic-core"
version = "1.2"
source = { git = "https://forge.example/core.git?tag=v1.2#8e2b62570f8a9c7d6e5f4a3b2c1d0e9f8a7b6c5d" }

[[package]]
name = "celery"
version = "5.4.0"
source = { registry = "https://mia:s3cret@packages.example/wheels" }

[[package]]
name = "ruff"
version = "0.5"
source = { url = "https://files.example/ruff-0.5.zip" }
"#;
    assert_snapshot!(shown::file("uv.lock", uv), @r"
    uv.lock by uv
    python >=3.11
    9:8 clinic 1.0 from the workspace project -> clinic-core, celery[redis], ruff with dev
    18:8 clinic-forms - from path forms project
    22:8 clinic-core 1.2 from git https://forge.example/core.git at v1.2 commit 8e2b62570f8a9c7d6e5f4a3b2c1d0e9f8a7b6c5d direct <production>
    27:8 celery 5.4.0 from index https://***@packages.example/wheels direct <production>
    32:8 ruff 0.5 from https://files.example/ruff-0.5.zip direct <development (dev)>
    ");
    let poetry = r#"
[[package]]
name = "clinic-core"
version = "1.2"
category = "main"
optional = false

[package.source]
type = "git"
url = "https://forge.example/core.git"
reference = "main"
resolved_reference = "8e2b6257"

[[package]]
name = "pytest"
version = "8.2.0"
category = "dev"
optional = false

[package.dependencies]
pluggy = ">=1.5,<2.0"

[metadata]
python-versions = "^3.11"
content-hash = "aa"

[metadata.files]
pytest = [{file = "pytest-8.2.0.tar.gz", hash = "sha256:aa"}]
"#;
    assert_snapshot!(shown::file("poetry.lock", poetry), @r"
    poetry.lock by ?
    python ^3.11
    3:8 clinic-core 1.2 from git https://forge.example/core.git at main commit 8e2b6257 unknown <production>
    15:8 pytest 8.2.0 unknown <development (dev)> 1 hashes -> pluggy
    ");
}

#[test]
fn names_of_a_tree_that_are_looked_at() {
    let found = shown::tree(&[
        ("clinic/settings.py", "DEBUG = True\n"),
        ("notes.txt", "django==1.0\n"),
        ("requirements/base.txt", "-r ../shared.list\ndjango==5.2\n"),
        ("shared.list", "gunicorn==22.0\n"),
    ]);
    let paths: Vec<&str> = found.manifests.iter().map(|manifest| manifest.path.as_str()).collect();
    assert_eq!(paths, ["requirements/base.txt", "shared.list"]);
    assert_eq!(found.why(&PackageName::new("django").unwrap()).len(), 0);
}

#[test]
fn a_lock_of_a_workspace_settles_the_manifests_of_its_members() {
    let lock = r#"
version = 1

[manifest]
members = ["clinic", "clinic-forms"]

[[package]]
name = "clinic"
version = "1.0"
source = { virtual = "." }
dependencies = [{ name = "django" }]

[[package]]
name = "clinic-forms"
version = "1.0"
source = { editable = "libs/forms" }

[[package]]
name = "django"
version = "5.2"
source = { registry = "https://packages.example/wheels" }
"#;
    let found = shown::tree(&[
        ("uv.lock", lock),
        ("pyproject.toml", "[project]\nname = \"clinic\"\ndependencies = [\"django\"]\n"),
        ("libs/forms/pyproject.toml", "[project]\nname = \"clinic-forms\"\n"),
        ("docs/pyproject.toml", "[project]\nname = \"clinic-docs\"\n"),
    ]);
    let manifests: Vec<&str> = found.locks[0].manifests.iter().map(|path| path.as_str()).collect();
    assert_eq!(manifests, ["libs/forms/pyproject.toml", "pyproject.toml"]);
}

#[test]
fn a_lock_without_its_manifest_still_tells_ways() {
    let lock = r#"
[[package]]
name = "kombu"
version = "5.3"
dependencies = { vine = "*" }

[[package]]
name = "vine"
version = "5.1"
"#;
    let found = shown::tree(&[("poetry.lock", lock)]);
    let ways = found.why(&PackageName::new("vine").unwrap());
    let names: Vec<&str> = ways[0].packages.iter().map(|name| name.as_str()).collect();
    assert_eq!(names, ["kombu", "vine"]);
}
