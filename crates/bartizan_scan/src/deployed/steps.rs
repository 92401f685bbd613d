//! What starts a process of a site, followed step by step through its scripts.

use bartizan_base::{FilePath, LineIndex, Span};
use bartizan_deployment::{
    Dockerfile, EnvFile, Instruction, Service, StartStep, is_start_script, listed_words,
    read_variables, steps_of_script, steps_of_words,
};
use bartizan_django::settings::Outside;

use super::joined;
use super::layer::{Layer, variable};
use super::read::Deployed;

/// Scripts that run scripts, and compositions laid over others, beyond which none is read.
pub(super) const DEEPEST: usize = 6;

impl<'b> Deployed<'b> {
    /// Whether steps start a server that visitors reach, they or the scripts that they run.
    pub(super) fn start_servers(&self, steps: &[StartStep], from: &FilePath, depth: usize) -> bool {
        steps.iter().any(|step| match step {
            StartStep::Serves(_) => true,
            StartStep::Runs(file, arguments) if depth < DEEPEST => {
                let script = self.script(from, &file.text);
                script.is_some_and(|(of, text)| {
                    let steps = steps_of_script(text, arguments.as_deref());
                    self.start_servers(&steps, &of, depth + 1)
                })
            }
            _ => false,
        })
    }

    /// A file that a composition names, if version control keeps it.
    pub(super) fn named_file(&self, path: &FilePath, name: &str) -> Option<(FilePath, &'b str)> {
        let path = joined(path, name)?;
        let text = self.text(path.as_str())?;
        Some((path, text))
    }

    pub(super) fn text(&self, path: &str) -> Option<&'b str> {
        let beside =
            || self.texts.iter().find(|(it, _)| it.as_str() == path).map(|(_, text)| *text);
        self.files.text(path).map(|text| &**text).or_else(beside)
    }

    /// A file that a path of the machine names, `/srv/shop/deploy/live.env`: the project lies in one of the
    /// folders of the path. A path without a slash in front is looked for beside the file that names it, and
    /// from the root.
    pub(super) fn script(&self, from: &FilePath, named: &str) -> Option<(FilePath, &'b str)> {
        let Some(mut rest) = named.strip_prefix('/') else {
            let from_root = || {
                let path = FilePath::new(named.trim_start_matches("./"))?;
                Some((path.clone(), self.text(path.as_str())?))
            };
            // A command without a path is looked for among programs.
            let here = || FilePath::new(named).and_then(|_| self.named_file(from, named));
            return here().or_else(from_root);
        };
        loop {
            if let Some(text) = self.text(rest) {
                return Some((FilePath::new(rest)?, text));
            }
            rest = rest.split_once('/')?.1;
        }
    }

    /// Lays the variables of a file over others, or opens them, where it is not here.
    pub(super) fn read_into(
        &self,
        named: &str,
        path: &FilePath,
        text: &str,
        span: Span,
        given: &mut Layer,
    ) {
        match self.script(path, named) {
            Some((of, text)) => {
                let EnvFile { pairs } = read_variables(text);
                given.lay(Layer::of(&pairs, &of, text));
            }
            None => given.open(outside(named, path, LineIndex::new(text).line(span.start))),
        }
    }

    /// Follows what starts a process, step by step.
    pub(super) fn follow(
        &self,
        steps: &[StartStep],
        path: &FilePath,
        text: &str,
        given: &mut Layer,
        started: &mut Vec<FilePath>,
        depth: usize,
    ) {
        let lines = LineIndex::new(text);
        for step in steps {
            match step {
                StartStep::Gives(pair) => {
                    let (name, value) = variable(pair, path, &lines);
                    given.give(name, value);
                }
                StartStep::Replaces(pair) => given.replace(variable(pair, path, &lines)),
                StartStep::Serves(_) => {}
                StartStep::Otherwise(pair) => given.give_otherwise(variable(pair, path, &lines)),
                StartStep::Reads(file) => {
                    match self.script(path, &file.text).filter(|(of, _)| is_a_script(of)) {
                        Some((of, script)) if depth < DEEPEST => {
                            let steps = steps_of_script(script, None);
                            started.push(of.clone());
                            self.follow(&steps, &of, script, given, started, depth + 1);
                        }
                        _ => self.read_into(&file.text, path, text, file.span, given),
                    }
                }
                StartStep::Opaque(what) => {
                    given.open(outside(&what.text, path, lines.line(what.span.start)));
                }
                StartStep::Runs(file, arguments) => {
                    let Some((of, script)) = self.script(path, &file.text) else {
                        // What it gives, nobody knows.
                        if file.text.ends_with(".sh") {
                            given.open(outside(&file.text, path, lines.line(file.span.start)));
                        }
                        continue;
                    };
                    started.push(of.clone());
                    if of.name().ends_with(".py") {
                        // Code that starts servers is not followed.
                        if script.contains("environ") {
                            given.open(outside(of.as_str(), path, lines.line(file.span.start)));
                        }
                    } else if depth < DEEPEST {
                        let steps = steps_of_script(script, arguments.as_deref());
                        self.follow(&steps, &of, script, given, started, depth + 1);
                    }
                }
            }
        }
    }
}

/// What an image does when it begins: its `ENTRYPOINT` and its `CMD`, or what stands in the place of that.
pub(super) fn steps_of_image(commands: &[&Instruction], told: Option<&[String]>) -> Vec<StartStep> {
    let of = |keyword: &str| commands.iter().find(|command| command.keyword == keyword);
    let (entry, command) = (of("ENTRYPOINT"), of("CMD"));
    let span = entry.or(command).map_or(Span::at(0), |it| it.argument.span);
    let listed = |instruction: &&Instruction| listed_words(&instruction.argument.text);
    let steps = match (entry, entry.and_then(&listed)) {
        // A line is run as it is, without `CMD`.
        (Some(entry), None) => steps_of_script(&entry.argument.text, None),
        (_, words) => {
            let mut words = words.unwrap_or_default();
            match (told, command) {
                (Some(told), _) => words.extend(told.iter().cloned()),
                (None, Some(command)) => match listed(command) {
                    Some(more) => words.extend(more),
                    None if words.is_empty() => {
                        let steps = steps_of_script(&command.argument.text, None);
                        return steps.into_iter().map(|step| step.placed(span)).collect();
                    }
                    None => words.extend([
                        "/bin/sh".to_owned(),
                        "-c".to_owned(),
                        command.argument.text.clone(),
                    ]),
                },
                (None, None) => {}
            }
            steps_of_words(&words, span)
        }
    };
    steps.into_iter().map(|step| step.placed(span)).collect()
}

/// What a service does when it begins, and where that is said.
pub(super) fn steps_of_service(
    service: &Service,
    image: Option<&Dockerfile>,
) -> (Vec<StartStep>, Span) {
    let span = service.command.as_ref().map_or(service.name.span, |command| command.span);
    // `command: python manage.py migrate && gunicorn shop.wsgi`
    if let Some(command) = service.command.as_ref().filter(|_| service.entrypoint.is_none())
        && command.text.contains(" && ")
        && !command.text.contains(" -c ")
        && !command.text.contains(" -ec ")
    {
        return (steps_of_script(&command.text, None), span);
    }
    let steps = match (&service.entrypoint, image) {
        (Some(entry), _) => {
            let words: Vec<String> =
                entry.iter().chain(service.told.iter().flatten()).cloned().collect();
            steps_of_words(&words, span)
        }
        (None, Some(image)) => {
            steps_of_image(&image.commands(service.target.as_deref()), service.told.as_deref())
        }
        (None, None) => steps_of_words(service.told.as_deref().unwrap_or_default(), span),
    };
    (steps, span)
}

/// Whether what is read is a script, and no list of variables.
pub(super) fn is_a_script(path: &FilePath) -> bool {
    path.name().ends_with(".sh") || !path.name().contains('.') || is_start_script(path)
}

pub(super) fn outside(what: &str, path: &FilePath, line: u32) -> Outside {
    Outside { what: what.to_owned(), place: (path.clone(), line) }
}
