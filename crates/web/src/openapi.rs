//! The OpenAPI 3.1 document, made from the route table and the command types, so that it cannot
//! describe what is not there.

use crate::door::route::{Route, Who};
use schemars::generate::{Contract, SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};
use yixian_app::command::Envelope;

/// What is answered is described as it is written, what is sent as it is read.
fn generator(contract: Contract) -> SchemaGenerator {
    SchemaSettings::draft2020_12()
        .with(|s| {
            s.definitions_path = "/components/schemas".into();
            s.contract = contract;
        })
        .into_generator()
}

/// A root schema's own definitions move to the document's components.
fn lift(name: &str, mut schema: Value, into: &mut Map<String, Value>) {
    if let Some(Value::Object(defs)) = schema.as_object_mut().and_then(|s| s.remove("$defs")) {
        into.extend(defs);
    }
    if let Some(nested) = schema.as_object_mut().and_then(|s| s.remove("components"))
        && let Some(Value::Object(defs)) = nested.get("schemas").cloned()
    {
        into.extend(defs);
    }
    if let Some(s) = schema.as_object_mut() {
        s.remove("$schema");
    }
    into.insert(name.to_owned(), schema);
}

fn parameters(r: &Route, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut out: Vec<Value> = r
        .path
        .split('/')
        .filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            let schema =
                if name == "id" { json!({ "type": "string", "format": "uuid" }) } else { json!({ "type": "string" }) };
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .collect();
    out.extend(
        r.query.iter().map(
            |(name, schema)| json!({ "name": name, "in": "query", "required": false, "schema": schema(generator) }),
        ),
    );
    out
}

/// The document of a table.
pub fn openapi(table: &[Route]) -> Value {
    let mut schemas = Map::new();
    lift("Envelope", generator(Contract::Deserialize).into_root_schema_for::<Envelope>().to_value(), &mut schemas);
    let mut answers = generator(Contract::Serialize);
    schemas.insert("Problem".into(), json!({
        "type": "object", "required": ["type", "title", "status"],
        "properties": {
            "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" }, "code": { "type": "string" },
            "errors": { "type": "array", "items": { "type": "object", "properties": { "field": { "type": "string" }, "code": { "type": "string" }, "detail": { "type": "string" } } } },
        },
    }));
    let problem = |text: &str| json!({ "description": text, "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    let mut paths: Map<String, Value> = Map::new();
    for r in table.iter().filter(|r| r.path.starts_with("/api/")) {
        let schema = r.answer.map_or_else(|| json!({ "type": "object" }), |answer| answer(&mut answers).to_value());
        let what = if r.path == "/api/v1/commands/{id}" { "Durable" } else { "Done" };
        let kind = if r.path.ends_with("/csv") { "text/csv" } else { "application/json" };
        let good = json!({ "description": what, "content": { kind: { "schema": schema } } });
        let mut responses = json!({
            "200": good, "400": problem("Not a request"), "401": problem("Sign in, or the token is not good"), "403": problem("Not allowed"),
            "404": problem("No such record, or not yours to see"), "409": problem("The law says no, or the id stands for something else"),
            "412": problem("The record has moved on"), "413": problem("Too large"), "422": problem("Fields that cannot be taken"),
            "429": problem("Too many requests"), "507": problem("The disk is full"), "503": problem("Writing has stopped"),
        });
        if r.who == Who::Anyone {
            responses = json!({ "200": good });
        }
        let mut operation = json!({ "summary": r.what, "operationId": format!("{}{}", r.method.as_str().to_lowercase(), r.path.replace(['/', '{', '}', '.'], "_")), "parameters": parameters(r, &mut answers), "responses": responses });
        if r.path == "/api/v1/commands/{id}" {
            operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Envelope" } } } });
            if let Some(p) = operation["parameters"].as_array_mut() {
                p.push(json!({ "name": "If-Match", "in": "header", "required": false, "schema": { "type": "string" }, "description": "Revision last seen" }));
            }
        }
        if r.path == "/api/v1/files" {
            operation["requestBody"] = json!({ "required": true, "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } } });
        }
        if r.who == Who::Anyone {
            operation["security"] = json!([]);
        }
        let entry = paths.entry(r.path.to_owned()).or_insert_with(|| json!({}));
        entry[r.method.as_str().to_lowercase()] = operation;
    }
    schemas.extend(answers.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Yixian 一线", "version": env!("CARGO_PKG_VERSION"), "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" } },
        "security": [{ "token": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": crate::door::visitor::COOKIE_TLS },
            },
        },
    })
}
