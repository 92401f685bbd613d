//! What files that deploy a site say of its variables, as `bartizan settings` tells it.

#![allow(clippy::unwrap_used, reason = "a test that finds no result has failed")]

use bartizan_scan::settings::{Ask, settings};
use bartizan_testkit::memory;

/// What the site is called in production where these files deploy it; `?` in front where that is not sure.
fn site(files: &[(&str, &str)]) -> String {
    let code = "import os\nSITE = os.environ.get('SITE', 'none')\nDEBUG = False\n";
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n";
    let mut all = vec![("settings.py", code), ("wsgi.py", wsgi)];
    all.extend(files);
    let table = settings(&memory::tree(all), &Ask::default());
    let column = table.environments.iter().position(|column| column.name == "production").unwrap();
    let row = table.rows.iter().find(|row| row.name == "SITE").unwrap();
    let cell = row.cells[column].as_ref().unwrap();
    format!("{}{}", if cell.is_known { "" } else { "? " }, cell.value)
}

/// An image that begins with a script, and is told `web`.
const BEGUN: &str =
    "FROM python:3.13\nENV SITE=image\nENTRYPOINT [\"/app/begin.sh\"]\nCMD [\"web\"]\n";

#[test]
fn a_script_is_followed_with_the_word_that_it_is_told() {
    let script = "#!/bin/sh\ncase \"$1\" in\n  web|serve)\n    export SITE=shop\n    exec gunicorn wsgi\n    ;;\n  *)\n    export SITE=other\n    exec \"$@\"\n    ;;\nesac\n";
    assert_eq!(site(&[("Dockerfile", BEGUN), ("begin.sh", script)]), "'shop'");
    let by_test = "if [ \"$1\" = \"work\" ]; then\n  export SITE=other\n  exec celery\nelse\n  export SITE=shop\nfi\nexec gunicorn wsgi\n";
    assert_eq!(site(&[("Dockerfile", BEGUN), ("begin.sh", by_test)]), "'shop'");
    let composed = "services:\n  web:\n    build: .\n    command: serve\n    environment: [SITE=composed]\n  work:\n    build: .\n    command: work\n    environment: [SITE=work]\n";
    let files = [("Dockerfile", BEGUN), ("begin.sh", script), ("compose.prod.yml", composed)];
    assert_eq!(site(&files), "'shop'");
    let assigned = "SITE=shop\nOTHER=x\nexec gunicorn wsgi\n";
    assert_eq!(site(&[("Dockerfile", BEGUN), ("begin.sh", assigned)]), "'shop'");
    let bare = "FROM python:3.13\nENTRYPOINT [\"/app/begin.sh\"]\n";
    assert_eq!(site(&[("Dockerfile", bare), ("begin.sh", assigned)]), "'none'");
    let undecided = "if [ -n \"$X\" ]; then export SITE=a; fi\nexec gunicorn wsgi\n";
    assert_eq!(site(&[("Dockerfile", BEGUN), ("begin.sh", undecided)]), "? env SITE, else 'none'");
    let over = "[ \"$1\" = other ] && export SITE=a\n: \"${SITE:=b}\"\nexec gunicorn wsgi\n";
    assert_eq!(site(&[("Dockerfile", BEGUN), ("begin.sh", over)]), "'image'");
}

#[test]
fn files_that_scripts_read_are_read() {
    let script = "#!/bin/bash\nset -a\n. /app/conf/live.vars\nset +a\nexec \"$@\"\n";
    let files = [("Dockerfile", BEGUN), ("begin.sh", script), ("conf/live.vars", "SITE=shop\n")];
    assert_eq!(site(&files), "'shop'");
    let unit =
        "[Service]\nExecStart=/bin/bash -c 'source /srv/shop/conf/live.sh && exec gunicorn wsgi'\n";
    let files = [("ops/shop.service", unit), ("conf/live.sh", "export SITE=shop\n")];
    assert_eq!(site(&files), "'shop'");
    let listed = "export $(grep -v '^#' conf/live.vars | xargs)\nexec gunicorn wsgi\n";
    let files = [("Dockerfile", BEGUN), ("begin.sh", listed), ("conf/live.vars", "SITE=shop\n")];
    assert_eq!(site(&files), "'shop'");
    let file = ("conf/live.env", "SITE=shop\n");
    assert_eq!(
        site(&[("Procfile", "web: dotenv -f conf/live.env run gunicorn wsgi\n"), file]),
        "'shop'"
    );
    assert_eq!(site(&[("Procfile", "web: honcho -e conf/live.env start\n"), file]), "'shop'");
    let unit = "[Service]\nExecStart=/srv/shop/bin/gunicorn_start\n";
    let script = ("bin/gunicorn_start", "#!/bin/sh\nexport SITE=shop\nexec gunicorn wsgi\n");
    assert_eq!(site(&[("ops/shop.service", unit), script]), "'shop'");
    let script = ("bin/begin-web", "#!/bin/sh\nexport SITE=shop\nexec gunicorn wsgi\n");
    assert_eq!(site(&[("Procfile", "web: bin/begin-web\n"), script]), "'shop'");
}

#[test]
fn a_command_gives_what_stands_before_it() {
    let image = |command: &str| format!("FROM python:3.13\nENV SITE=image\n{command}\n");
    let told = |command: &str| site(&[("Dockerfile", &image(command))]);
    assert_eq!(told("CMD [\"sh\", \"-c\", \"export SITE=shop && exec gunicorn wsgi\"]"), "'shop'");
    assert_eq!(told("CMD [\"sh\", \"-c\", \"SITE=shop gunicorn wsgi\"]"), "'shop'");
    assert_eq!(
        told("ENTRYPOINT [\"gunicorn\"]\nCMD [\"--env\", \"SITE=shop\", \"wsgi\"]"),
        "'shop'"
    );
    assert_eq!(told("CMD gunicorn -eSITE=shop wsgi"), "'shop'");
    assert_eq!(told("CMD SITE=other python manage.py migrate && gunicorn wsgi"), "'image'");
}

#[test]
fn what_is_not_here_leaves_variables_open() {
    let open = "? 'none'";
    let unit = "[Service]\nEnvironmentFile=/etc/shop/env\nExecStart=gunicorn wsgi\n";
    assert_eq!(site(&[("ops/shop.service", unit)]), open);
    assert_eq!(site(&[("Procfile", "web: doppler run -- gunicorn wsgi\n")]), open);
    assert_eq!(site(&[("entrypoint.sh", "eval \"$(aws ssm get)\"\nexec \"$@\"\n")]), open);
    let composed =
        "services:\n  web:\n    build: .\n    command: gunicorn wsgi\n    env_file: .env.live\n";
    assert_eq!(site(&[("compose.prod.yml", composed)]), open);
    let object = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - envFrom:\n            - secretRef: {name: shop}\n";
    assert_eq!(site(&[("k8s/web.yaml", object)]), open);
    // What goes over it is what it is.
    let own = format!("{composed}    environment: {{SITE: shop}}\n");
    assert_eq!(site(&[("compose.prod.yml", own.as_str())]), "'shop'");
}

#[test]
fn what_other_files_give_is_not_known() {
    let unknown = "? env SITE, else 'none'";
    let terraform = "env {\n  name = \"SITE\"\n  value = var.site\n}\n";
    assert_eq!(site(&[("infra/main.tf", terraform)]), unknown);
    assert_eq!(site(&[("chart/values.yaml", "env:\n  SITE: shop\n")]), unknown);
    assert_eq!(site(&[("deploy.sh", "dokku config:set shop SITE=shop\n")]), unknown);
    let image = "FROM python:3.13\nENV SITE=image\nCMD gunicorn wsgi\n";
    assert_eq!(site(&[("infra/main.tf", terraform), ("Dockerfile", image)]), unknown);
    let fly = "[env]\nSITE = \"shop\"\n";
    assert_eq!(site(&[("infra/main.tf", terraform), ("fly.toml", fly)]), "'shop'");
    let quoted = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - env:\n            - {name: SITE, value: \"{{ .Values.site }}\"}\n";
    assert_eq!(site(&[("chart/templates/deployment.yaml", quoted)]), unknown);
    let run = [
        ("deploy.sh", "docker run --env-file ops/live.env shop\n"),
        ("ops/live.env", "SITE=shop\n"),
    ];
    assert_eq!(site(&run), unknown);
    assert_eq!(site(&[("Makefile", "prod:\n\tSITE=shop gunicorn wsgi\n")]), unknown);
    assert_eq!(site(&[("Makefile", "dev:\n\tSITE=shop ./manage.py runserver\n")]), "'none'");
    assert_eq!(site(&[("tests/values.yaml", "SITE: shop\n")]), "'none'");
}

#[test]
fn compositions_are_made_of_others() {
    let main = "include: [ops/app.yml]\nservices: {db: {image: postgres}}\n";
    let app = "services:\n  web:\n    build: ..\n    command: gunicorn wsgi\n    environment: {SITE: shop}\n";
    assert_eq!(site(&[("compose.yml", main), ("ops/app.yml", app)]), "'shop'");
    let over = "services:\n  web:\n    extends: {file: ops/app.yml, service: web}\n    command: gunicorn wsgi\n";
    assert_eq!(site(&[("compose.prod.yml", over), ("ops/app.yml", app)]), "'shop'");
}

#[test]
fn a_composition_for_production_is_laid_over_the_one_beside() {
    let base = "services:\n  web:\n    build: .\n    command: gunicorn wsgi\n    environment: {SITE: base}\n";
    let over = "services:\n  web:\n    environment: {SITE: shop}\n";
    let files = [("docker-compose.yml", base), ("docker-compose.prod.yml", over)];
    assert_eq!(site(&files), "'shop'");
    let silent = "services:\n  web:\n    restart: always\n";
    let files = [("docker-compose.yml", base), ("docker-compose.prod.yml", silent)];
    assert_eq!(site(&files), "'base'");
    let other = "services:\n  front:\n    ports: ['80:80']\n";
    let files = [("docker-compose.yml", base), ("docker-compose.prod.yml", other)];
    assert_eq!(site(&files), "'base'");
    // One that has all that it needs may run alone.
    let alone = "services:\n  web:\n    image: shop\n    command: gunicorn wsgi\n";
    let files = [("docker-compose.yml", base), ("docker-compose.prod.yml", alone)];
    assert_eq!(site(&files), "? env SITE, else 'none'");
}

#[test]
fn each_process_has_variables_of_its_own() {
    let composed = "services:\n  web:\n    build: {context: ., dockerfile: docker/web/Dockerfile}\n  work:\n    build: {context: ., dockerfile: docker/queue/Dockerfile}\n";
    let web = "FROM python:3.13\nCMD gunicorn wsgi\n";
    let work = "FROM python:3.13\nENV SITE=work\nCMD celery worker\n";
    let files = [
        ("docker-compose.prod.yml", composed),
        ("docker/web/Dockerfile", web),
        ("docker/queue/Dockerfile", work),
    ];
    assert_eq!(site(&files), "'none'");
    let task = r#"{"containerDefinitions": [{"image": "shop"}, {"image": "nginx:1", "environment": [{"name": "SITE", "value": "x"}]}]}"#;
    assert_eq!(site(&[("taskdef.json", task)]), "'none'");
    let programs = "[supervisord]\nenvironment=SITE=shop\n[program:web]\ncommand=gunicorn wsgi\n[program:work]\ncommand=celery\nenvironment=SITE=work\n";
    assert_eq!(site(&[("supervisord.conf", programs)]), "'shop'");
    let stages = [
        (
            "deploy/staging/compose.yml",
            "services: {web: {build: ., command: gunicorn wsgi, environment: {SITE: stage}}}",
        ),
        (
            "deploy/production/compose.yml",
            "services: {web: {build: ., command: gunicorn wsgi, environment: {SITE: shop}}}",
        ),
    ];
    assert_eq!(site(&stages), "'shop'");
}

#[test]
fn what_is_laid_over_objects_and_units_goes_before_them() {
    let object = |value: &str| {
        format!(
            "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - env:\n            - {{name: SITE, value: {value}}}\n"
        )
    };
    let (base, patch) = (object("base"), object("shop"));
    let files = [
        ("k8s/base/web.yaml", base.as_str()),
        ("k8s/overlays/production/patch.yaml", patch.as_str()),
    ];
    assert_eq!(site(&files), "'shop'");
    let taken = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - envFrom:\n            - configMapRef: {name: shop}\n";
    let made = "configMapGenerator:\n  - name: shop\n    literals: [SITE=base]\n";
    let merged =
        "configMapGenerator:\n  - name: shop\n    behavior: merge\n    envs: [live.vars]\n";
    let files = [
        ("k8s/base/app.yaml", taken),
        ("k8s/base/kustomization.yaml", made),
        ("k8s/overlays/production/kustomization.yaml", merged),
        ("k8s/overlays/production/live.vars", "SITE=shop\n"),
    ];
    assert_eq!(site(&files), "'shop'");
    let prefixed = taken.replace("- configMapRef", "- prefix: X_\n              configMapRef");
    assert_eq!(site(&[("k8s/app.yaml", &prefixed), ("k8s/kustomization.yaml", made)]), "'none'");
    let unit = "[Service]\nEnvironment=SITE=base\nExecStart=gunicorn wsgi\n";
    let files = [
        ("ops/shop.service", unit),
        ("ops/shop.service.d/live.conf", "[Service]\nEnvironment=SITE=shop\n"),
    ];
    assert_eq!(site(&files), "'shop'");
}

#[test]
fn what_an_image_leaves_behind_developers_have_alone() {
    let code =
        "from decouple import config\nSITE = config('SITE', default='none')\nDEBUG = False\n";
    let files = |ignored: &'static str| {
        [
            ("settings.py", code),
            (".env", "SITE=local\n"),
            ("Dockerfile", "FROM python:3.13\nCMD gunicorn wsgi\n"),
            (".dockerignore", ignored),
        ]
    };
    assert_eq!(site(&files(".env\n")), "'none'");
    assert_eq!(site(&files("*.md\n")), "'local'");
}

#[test]
fn what_is_built_elsewhere_is_told_its_arguments_there() {
    let image = "FROM python:3.13\nARG SITE_NAME=image\nENV SITE=$SITE_NAME\nCMD [\"gunicorn\", \"wsgi\"]\n";
    assert_eq!(site(&[("Dockerfile", image)]), "'image'");
    let unknown = "? env SITE, else 'none'";
    let make = "build:\n\tdocker build --build-arg SITE_NAME=shop -t shop .\n";
    assert_eq!(site(&[("Dockerfile", image), ("Makefile", make)]), unknown);
    let fly = "app = 'shop'\n[build.args]\n  SITE_NAME = 'shop'\n";
    assert_eq!(site(&[("Dockerfile", image), ("fly.toml", fly)]), unknown);
    let workflow = "on: push\njobs:\n  build:\n    steps:\n      - uses: docker/build-push-action@v5\n        with:\n          build-args: |\n            SITE_NAME=shop\n";
    assert_eq!(site(&[("Dockerfile", image), (".github/workflows/build.yml", workflow)]), unknown);
}

#[test]
fn units_take_back_what_they_gave() {
    let unit = "[Service]\nEnvironment=SITE=unit\nExecStart=/srv/shop/bin/gunicorn wsgi\n";
    let over = ("etc/shop.service.d/live.conf", "[Service]\nEnvironment=\nEnvironment=OTHER=1\n");
    assert_eq!(site(&[("etc/shop.service", unit)]), "'unit'");
    assert_eq!(site(&[("etc/shop.service", unit), over]), "? env SITE, else 'none'");
    let unset = format!("{unit}UnsetEnvironment=SITE\n");
    assert_eq!(site(&[("etc/shop.service", &unset)]), "? env SITE, else 'none'");
    let lines =
        "[Service]\nEnvironment=\"OTHER=1\" \\\n    SITE=shop\nExecStart=/bin/gunicorn wsgi\n";
    assert_eq!(site(&[("etc/shop.service", lines)]), "'shop'");
}

#[test]
fn what_is_not_read_to_its_end_leaves_variables_open() {
    let unknown = "? env SITE, else 'none'";
    let starter = "import os\nos.environ[\"SITE\"] = \"shop\"\nfrom wsgi import application\n";
    assert_eq!(site(&[("passenger_wsgi.py", starter)]), unknown);
    let program =
        "[program:shop]\ncommand=gunicorn wsgi\nenvironment=\n    SITE='shop',\n    A='1'\n";
    assert_eq!(site(&[("ops/shop.ini", program)]), unknown);
    let stages =
        "[uwsgi]\nmodule = wsgi\n[live]\nini = :uwsgi\nenv = SITE=shop\n[dev]\nenv = SITE=dev\n";
    assert_eq!(site(&[("uwsgi.ini", stages)]), unknown);
    let passed = "services:\n  web:\n    build: .\n    command: gunicorn wsgi\n    environment:\n      SITE:\n";
    assert_eq!(site(&[("compose.prod.yml", passed)]), unknown);
    let image = "FROM python:3.13\nCMD [\"sh\", \"/app/made.sh\"]\n";
    assert_eq!(site(&[("Dockerfile", image)]), "? 'none'");
    let task = "{\"containerDefinitions\": [{\"name\": \"web\", \"image\": \"shop\", \"environmentFiles\": [{\"value\": \"arn:aws:s3:::shop/live.env\"}]}]}\n";
    assert_eq!(site(&[("ecs/task-definition.json", task)]), "? 'none'");
}

#[test]
fn objects_of_kubernetes_are_known_by_what_they_say() {
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          command: [gunicorn, wsgi]\n          envFrom:\n            - configMapRef: {name: shop}\n";
    assert_eq!(site(&[("ops/web.yaml", web)]), "? 'none'");
    let made = "resources: [web.yaml]\nconfigMapGenerator:\n  - name: shop\n    envs: [live.env]\n";
    let files =
        [("ops/web.yaml", web), ("ops/kustomization.yaml", made), ("ops/live.env", "SITE=shop\n")];
    assert_eq!(site(&files), "'shop'");
    let patched = format!(
        "{made}patches:\n  - patch: |-\n      - op: replace\n        path: /spec/template/spec/containers/0/env/0/value\n        value: other\n"
    );
    let files = [files[0], ("ops/kustomization.yaml", &patched), files[2]];
    assert_eq!(site(&files), "? env SITE, else 'none'");
}

#[test]
fn compositions_and_servers_are_told_files_of_variables() {
    let composed = "services:\n  web:\n    build: .\n    command: gunicorn wsgi\n    environment:\n      SITE: ${NAME}\n";
    let files = [
        ("compose.yaml", composed),
        (".env", "NAME=developer\n"),
        ("live.env", "NAME=shop\n"),
        ("deploy.sh", "#!/bin/sh\ndocker compose --env-file live.env up -d\n"),
    ];
    assert_eq!(site(&files), "'shop'");
    let image =
        "FROM python:3.13\nCMD [\"uvicorn\", \"asgi:application\", \"--env-file\", \"live.env\"]\n";
    assert_eq!(site(&[("Dockerfile", image), ("live.env", "SITE=shop\n")]), "'shop'");
}
