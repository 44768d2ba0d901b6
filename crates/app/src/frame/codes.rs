//! Values without fields by their stored codes, both ways. What a code means is not known here.

use super::error::AppError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use yixian_store::StoreError;

/// The stored code of a value without fields: `in_hand`.
pub fn code_of<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The value of a stored code; `what` names it where it is none.
pub(crate) fn value_of<T: DeserializeOwned>(what: &'static str, code: &str) -> Result<T, AppError> {
    let text = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(code);
    T::deserialize(text).map_err(|e| StoreError::corrupt(what, e).into())
}
