//! Writes values as bytes that name nothing.
//!
//! Numbers are LEB128; a text, a list, a map and a struct begin with how many bytes, items, pairs or fields they have; an
//! option with 0 or 1; a variant with its number. A struct says how many fields it has because a variant that stands
//! beside its tag (`#[serde(tag, content)]`) may have nothing there.

use serde::{
    Serialize, Serializer,
    ser::{
        self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

use super::Unwritable;

type Written = Result<(), Unwritable>;

/// What is written already.
#[derive(Default)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number > 0x7f {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Fields<'a>;

    fn serialize_bool(self, truth: bool) -> Written {
        self.0.push(truth.into());
        Ok(())
    }

    fn serialize_i8(self, number: i8) -> Written {
        self.serialize_i64(number.into())
    }

    fn serialize_i16(self, number: i16) -> Written {
        self.serialize_i64(number.into())
    }

    fn serialize_i32(self, number: i32) -> Written {
        self.serialize_i64(number.into())
    }

    fn serialize_i64(self, number: i64) -> Written {
        self.serialize_u64(number.cast_unsigned())
    }

    fn serialize_u8(self, number: u8) -> Written {
        self.serialize_u64(number.into())
    }

    fn serialize_u16(self, number: u16) -> Written {
        self.serialize_u64(number.into())
    }

    fn serialize_u32(self, number: u32) -> Written {
        self.serialize_u64(number.into())
    }

    fn serialize_u64(self, number: u64) -> Written {
        self.number(number);
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Written {
        Err(Unwritable)
    }

    fn serialize_f64(self, number: f64) -> Written {
        self.0.extend(number.to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, _: char) -> Written {
        Err(Unwritable)
    }

    fn serialize_str(self, text: &str) -> Written {
        self.serialize_bytes(text.as_bytes())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Written {
        self.count(bytes.len());
        self.0.extend(bytes);
        Ok(())
    }

    fn serialize_none(self) -> Written {
        self.serialize_bool(false)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        self.0.push(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        Err(Unwritable)
    }

    fn serialize_unit_variant(self, _: &'static str, number: u32, _: &'static str) -> Written {
        self.serialize_u32(number)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        value: &T,
    ) -> Written {
        self.number(number.into());
        value.serialize(self)
    }

    fn serialize_seq(self, count: Option<usize>) -> Result<Self, Unwritable> {
        self.count(count.ok_or(Unwritable)?);
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unwritable> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unwritable> {
        self.number(number.into());
        Ok(self)
    }

    fn serialize_map(self, count: Option<usize>) -> Result<Self, Unwritable> {
        self.serialize_seq(count)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a>, Unwritable> {
        Ok(Fields::of(self))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Fields<'a>, Unwritable> {
        self.number(number.into());
        Ok(Fields::of(self))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// Each item is written after the other, and nothing after the last.
macro_rules! one_after_the_other {
    ($($kind:ident, $item:ident);+) => {$(
        impl $kind for &mut Writer {
            type Ok = ();
            type Error = Unwritable;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
                value.serialize(&mut **self)
            }

            fn end(self) -> Written {
                Ok(())
            }
        }
    )+};
}

one_after_the_other! {
    SerializeSeq, serialize_element;
    SerializeTuple, serialize_element;
    SerializeTupleStruct, serialize_field;
    SerializeTupleVariant, serialize_field
}

/// The fields of a struct, counted as they come.
pub struct Fields<'a> {
    writer: &'a mut Writer,
    /// Where their count stands.
    count: usize,
}

impl<'a> Fields<'a> {
    fn of(writer: &'a mut Writer) -> Self {
        let count = writer.0.len();
        writer.0.push(0);
        Self { writer, count }
    }

    fn another(&mut self) -> Written {
        let count = &mut self.writer.0[self.count];
        *count = count.checked_add(1).filter(|count| *count < 0x80).ok_or(Unwritable)?;
        Ok(())
    }
}

macro_rules! without_names {
    ($($kind:ident),+) => {$(
        impl $kind for Fields<'_> {
            type Ok = ();
            type Error = Unwritable;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                _: &'static str,
                value: &T,
            ) -> Written {
                self.another()?;
                value.serialize(&mut *self.writer)
            }

            /// Fields have places here: in that of one that is left out stands the 0 of an empty option or list.
            fn skip_field(&mut self, _: &'static str) -> Written {
                self.another()?;
                self.writer.serialize_bool(false)
            }

            fn end(self) -> Written {
                Ok(())
            }
        }
    )+};
}

without_names! { SerializeStruct, SerializeStructVariant }

impl SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Ok(())
    }
}

impl ser::Error for Unwritable {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}
