use super::*;

fn line(sku: &str, quantity: i32) -> WrittenLine {
    WrittenLine { sku: sku.to_owned(), quantity, unit_cost: None, over_percent: None }
}

fn draft(lines: Vec<WrittenLine>) -> WritePurchase {
    WritePurchase {
        id: PurchaseId::NIL,
        seen: 0,
        supplier: SupplierId::NIL,
        site: SiteId::NIL,
        due: None,
        note: String::new(),
        owner: String::new(),
        lines,
    }
}

/// IN-8: what is wrong with an order is said of its line.
#[test]
fn a_draft_that_cannot_be_is_refused_by_line() {
    use PurchasingRefusal as R;
    assert_eq!(draft(vec![]).check(), Err(R::NoLines));
    assert_eq!(draft(vec![line("MUG", 1)]).check(), Ok(()));
    let fault = |second: WrittenLine| match draft(vec![line("MUG", 1), second]).check() {
        Err(R::BadLine { line_no: 2, fault }) => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(fault(line(" ", 1)), LineFault::UnknownSku { code: String::new() });
    assert_eq!(fault(line("mug ", 1)), LineFault::Twice { code: "mug".into() });
    assert_eq!(fault(line("CUP", 0)), LineFault::Quantity { given: 0 });
    assert_eq!(fault(WrittenLine { unit_cost: Some(Decimal::NEGATIVE_ONE), ..line("CUP", 1) }), LineFault::Cost);
    assert_eq!(fault(WrittenLine { over_percent: Some(101), ..line("CUP", 1) }), LineFault::Tolerance);
    let many = (0..=LINES_MAX).map(|n| line(&format!("S{n}"), 1)).collect();
    assert_eq!(draft(many).check(), Err(R::TooManyLines { max: LINES_MAX }));
    let long = WritePurchase { note: "x".repeat(NOTE_MAX + 1), ..draft(vec![line("MUG", 1)]) };
    assert_eq!(long.check(), Err(R::NoteTooLong { max: NOTE_MAX }));
}

#[test]
fn an_order_is_due_from_today_on() {
    let today: NaiveDate = "2026-11-25".parse().unwrap();
    let due = |day: &str| WritePurchase { due: day.parse().ok(), ..draft(vec![]) }.check_day(today);
    assert_eq!(due("2026-11-25"), Ok(()));
    assert!(due("2026-11-24").is_err() && due("2099-01-01").is_err());
    assert_eq!(due(""), Ok(()), "the lead time says");
}

/// GOV-3: above the limit, whoever wrote any of it does not approve it; up to it, they may.
#[test]
fn above_the_limit_another_approves() {
    let rules = Rules::opening();
    let (writer, other) = (PersonId::mint(), PersonId::mint());
    let (at, above) = (rules.approve_above, rules.approve_above + Decimal::new(1, 4));
    assert!(rules.may_approve(at, writer, &[writer]));
    assert!(!rules.may_approve(above, writer, &[other, writer]));
    assert!(rules.may_approve(above, other, &[writer]));
    assert!(rules.may_approve(above, PersonId::NIL, &[PersonId::NIL]), "a history is nobody's order");
}

#[test]
fn a_supplier_has_a_code_a_name_and_a_lead_time() {
    use PurchasingRefusal as R;
    let good = SaveSupplier {
        id: SupplierId::NIL,
        code: "NP-1".into(),
        name: "Northern Potteries".into(),
        email: String::new(),
        lead_days: 14,
        over_percent: None,
        active: true,
    };
    let refused = |change: fn(&mut SaveSupplier)| {
        let mut supplier = good.clone();
        change(&mut supplier);
        supplier.check().err()
    };
    assert_eq!(good.check(), Ok(()));
    assert_eq!(refused(|s| s.code = "np 1".into()), Some(R::BadCode { given: "np 1".into() }));
    assert_eq!(refused(|s| s.name = " ".into()), Some(R::NameMissing));
    assert_eq!(refused(|s| s.lead_days = -1), Some(R::LeadDays { given: -1 }));
    assert_eq!(refused(|s| s.over_percent = Some(101)), Some(R::OverPercent { given: 101 }));
}

#[test]
fn a_claim_ends_one_way() {
    for settled in Settled::ALL {
        assert_eq!(Settled::parse(settled.code()), Some(settled));
        assert_eq!(serde_json::to_value(settled).unwrap(), settled.code());
    }
    assert_eq!(Settled::ALL.map(Settled::words), ["Credited", "Replaced", "Dropped"]);
}

#[test]
fn an_appointment_is_soon_and_short() {
    let today: NaiveDate = "2026-11-25".parse().unwrap();
    let book = |day: &str, minutes| BookDelivery {
        id: DeliveryId::NIL,
        order: PurchaseId::NIL,
        dock: String::new(),
        from: day.parse::<NaiveDate>().unwrap().and_hms_opt(8, 0, 0).unwrap(),
        minutes,
        carrier: String::new(),
        reference: String::new(),
        lines: Vec::new(),
    };
    assert_eq!(book("2026-11-26", 60).check(today), Ok(()));
    assert!(book("2026-11-20", 60).check(today).is_err());
    assert!(book("2030-11-20", 60).check(today).is_err());
    assert!(book("2026-11-26", 0).check(today).is_err());
}
