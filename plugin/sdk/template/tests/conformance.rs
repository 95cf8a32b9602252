//! The plugin against the suite that every backend passes.

mod desk;

use new_desk::NewDeskTicketsystemService;

#[test]
fn it_conforms() {
    let report = otai_conformance::run(&mut desk::Simulated::<NewDeskTicketsystemService>::start());
    report.assert();
    assert!(report.skipped().is_empty(), "{report}");
}
