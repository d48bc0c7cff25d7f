use super::*;

const TEXT: &str = "NAME : small\nTYPE : Order_batching\nPICKER_CAPACITY : 3\nLAYOUT : single-block\nNUM_AISLES : 2\nNUM_CELLS : 4\n\
    DEPOT_AISLE : 0\nDEPOT_LOCATION : bottom\nDISTANCE_AISLE_TO_AISLE : 2.4\nDISTANCE_CELL_TO_CELL : 1\nDISTANCE_TOP_TO_CELL : 1\n\
    DISTANCE_BOTTOM_TO_CELL : 1.5\nDISTANCE_TOP_OR_BOTTOM_TO_DEPOT : 0\nARTICLE_SECTION\nNUM_ARTICLES : 2\nID 0 WEIGHT 1\n\
    ID 1 WEIGHT 1\nSKU_SECTION\nNUM_SKUS : 2\nID 0 AISLE 0 CELL 0 QUANTITY 1 LEFT_RIGHT_HAND_SIDE left\n\
    ID 1 AISLE 1 CELL 3 QUANTITY 1 LEFT_RIGHT_HAND_SIDE left\nORDER_SECTION\nNUM_ORDERS : 2\nNUM_ARTICLES_IN_ORDER : 1\n\
    ID 0 QUANTITY 2\nNUM_ARTICLES_IN_ORDER : 2\nID 0 QUANTITY 1\nID 1 QUANTITY 2\nEOF\n";

fn read(text: &str) -> Result<Instance, Fault> {
    let instance = Instance::read(text.as_bytes())?;
    instance.site()?;
    Ok(instance)
}

fn fault(from: &str, to: &str) -> Fault {
    assert!(TEXT.contains(from), "{from}");
    read(&TEXT.replace(from, to)).err().expect("the file is bad")
}

/// PCK-4: cell 0 is the farthest from the front; 2.4 is 2400 thousandths; a load is the sum of quantities.
#[test]
fn an_instance_is_read_as_it_was_meant() {
    let instance = read(TEXT).expect("the file is good");
    assert_eq!(instance.places, [vec![(0, 4_500)], vec![(0, 4_500), (1, 1_500)]]);
    assert_eq!(instance.loads.iter().map(|load| load.totes).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(instance.field.layout.cross_aisles, [0, 5_500]);
    assert_eq!(instance.field.layout.aisles[1].x_mm, 2_400);
    read(&TEXT.replace('\n', "\r\n")).expect("lines may end as on Windows");
}

/// PCK-4: each fault of a file has its own name, and none is a panic.
#[test]
fn each_fault_of_a_file_has_its_own_name() {
    assert_eq!(read("hello").err(), Some(Fault::NotAnInstance));
    let kind = Fault::NotBatching { kind: "Single_picker_routing".into() };
    assert_eq!(fault("Order_batching", "Single_picker_routing"), kind);
    assert_eq!(fault("single-block", "spiral"), Fault::UnknownLayout { layout: "spiral".into() });
    assert_eq!(fault("NUM_CELLS : 4\n", ""), Fault::Missing { field: "NUM_CELLS".into() });
    let number = Fault::NotANumber { field: "DISTANCE_AISLE_TO_AISLE".into(), given: "wide".into() };
    assert_eq!(fault("2.4", "wide"), number);
    assert!(matches!(fault("PICKER_CAPACITY : 3", "PICKER_CAPACITY : 0"), Fault::OutOfRange { given: 0, .. }));
    assert_eq!(fault("CAPACITY : 3", "CAPACITY : 2"), Fault::OrderLargerThanCart { order: 1, load: 3, capacity: 2 });
    assert!(matches!(fault("CELL 3", "CELL 4"), Fault::OutOfRange { given: 4, max: 3, .. }));
    assert_eq!(fault("ID 1 QUANTITY 2", "ID 7 QUANTITY 2"), Fault::UnknownArticle { article: 7 });
    assert_eq!(fault("ID 1 AISLE 1", "ID 0 AISLE 1"), Fault::ArticleInSeveralPlaces { article: 0 });
    assert_eq!(fault("IN_ORDER : 1\nID 0 QUANTITY 2", "IN_ORDER : 0"), Fault::EmptyOrder { order: 0 });
    assert_eq!(fault("NUM_ORDERS : 2", "NUM_ORDERS : 0"), Fault::NoOrders);
    assert_eq!(fault("NUM_ORDERS : 2", "NUM_ORDERS : 3"), Fault::EndsEarly { wanted: "order 2".into() });
    assert!(matches!(fault("2.4", "0"), Fault::Unsound { .. }), "aisles on top of each other");
}

/// PCK-4: a file cut off anywhere is a named fault or a smaller instance, never a panic.
#[test]
fn a_file_cut_off_anywhere_is_no_panic() {
    for end in 0..TEXT.len() {
        let _ = read(&TEXT[..end]);
    }
}

#[test]
fn decimals_are_read_exactly() {
    let of = |given| thousandths("a length", given);
    assert_eq!([of("2.4"), of("5"), of("-1.0"), of(".5"), of("348.59")], [2_400, 5_000, -1_000, 500, 348_590].map(Ok));
    assert!(["", "-", "1.2.3", "1e9", "99999999999"].into_iter().all(|given| of(given).is_err()));
}
