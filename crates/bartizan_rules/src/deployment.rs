//! Files that build, ship and serve the site.

pub mod base_image_not_pinned;
pub mod ci_action_not_pinned;
pub mod ci_script_injection;
pub mod container_runs_as_root;
pub mod database_port_published;
pub mod debug_in_deployment;
pub mod development_server_in_deployment;
pub mod media_served_as_pages;
pub mod nginx_alias_traversal;
pub mod nginx_host_unchecked;
pub mod secret_in_image;
pub mod untrusted_code_with_secrets;
