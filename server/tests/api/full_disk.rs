//! A disk without room: writing is refused, reading goes on, nothing is lost.

use http::StatusCode;
use server::startup::Storage;

use crate::{
    house::House,
    support::{Multipart, asking, scripted_run},
};

#[tokio::test]
async fn a_full_disk_refuses_writes_and_loses_nothing() {
    let house = House::on(None, &[]).await;
    let ada = house.admin().await;
    let config = asking(&["payload_review"]);
    let waiting = house.start(&ada, "waiting", &config, r#"{"message":"a"}"#).await;
    let ticket = house.ticket(&ada, &waiting, "payload_review").await;

    let Storage::Sqlite(disk) = &house.parts.storage else { panic!("it needs a disk") };
    disk.limit_growth(Some(0)).await.unwrap();
    let mut acknowledged = Vec::new();
    let mut full = None;
    for number in 0..200 {
        let values = format!(r#"{{"message":"{}"}}"#, "x".repeat(3_000));
        let body = scripted_run(&format!("s{number}"), &config, &values);
        let answer = house.post("/api/hitl/run").by(&ada).json(body).await;
        if answer.status != StatusCode::ACCEPTED {
            full = Some(answer);
            break;
        }
        acknowledged.push(answer.json()["run_id"].as_str().unwrap().to_owned());
    }
    let problem = full.expect("the disk is full at some time").problem(507);
    assert!(problem["detail"].as_str().unwrap().contains("nothing was changed"), "{problem}");

    // A decision is not acknowledged and not half done.
    let large =
        format!(r#"{{"action":"edit","edits":{{"data":{{"a":"{}"}}}}}}"#, "x".repeat(200_000));
    house.approve(&ada, &waiting, large).await.problem(507);
    assert_eq!(house.status(&ada, &waiting).await["approval"], ticket);
    // Reading goes on.
    assert_eq!(house.get("/readyz").send().await.status, StatusCode::OK);
    for page in ["/inbox", "/runs", &format!("/runs/{waiting}")] {
        assert_eq!(house.get(page).by(&ada).send().await.status, StatusCode::OK, "{page}");
    }
    for run in &acknowledged {
        house.status(&ada, run).await;
    }

    disk.limit_growth(None).await.unwrap();
    let approved = house.approve(&ada, &waiting, r#"{"approved":true}"#).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    house.until(&ada, &waiting, "completed").await;
    for run in &acknowledged {
        house.ticket(&ada, run, "payload_review").await;
    }
}

#[tokio::test]
async fn an_upload_on_a_full_disk_is_refused_and_goes_through_when_there_is_room() {
    let house = House::on(None, &[]).await;
    let ada = house.admin().await;
    let upload = async |number: u32| {
        // Long names fill the disk soon.
        let (session, name) = (format!("{number:0>200}"), format!("{number:0>200}.txt"));
        let form = Multipart::new().text("session_id", &session);
        house.upload(&ada, form.file(&name, "text/plain", session.as_bytes())).await
    };
    let Storage::Sqlite(disk) = &house.parts.storage else { panic!("it needs a disk") };
    disk.limit_growth(Some(0)).await.unwrap();
    let mut number = 0;
    let refused = loop {
        let answer = upload(number).await;
        if answer.status != StatusCode::CREATED {
            break answer;
        }
        number += 1;
        assert!(number < 500, "the disk is full at some time");
    };
    let problem = refused.problem(507);
    assert!(problem["detail"].as_str().unwrap().contains("nothing was changed"), "{problem}");
    disk.limit_growth(None).await.unwrap();
    let again = upload(number).await;
    assert_eq!(again.status, StatusCode::CREATED, "{}", again.text());
}
