//! Text from outside becomes code, query, command or markup.

mod built_text;

pub mod code_from_text;
pub mod file_name_in_header;
pub mod html_marked_safe;
pub mod import_chosen_outside;
pub mod jinja_autoescape_off;
pub mod lookup_chosen_outside;
pub mod mako_without_escaping;
pub mod program_chosen_outside;
pub mod program_found_through_path;
pub mod shell_command_built_from_text;
pub mod sql_built_from_text;
pub mod template_built_from_text;
pub mod url_of_any_scheme;
pub mod wildcard_in_command;
