//! A new migration must rebuild the embedded migrator.
fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
