//! The types of the tables: what is known of one field of the API.

/// One field of a request or an answer.
///
/// Source: the models of the WeData API of 2025-08-06 and the texts beside their members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The API's own spelling.
    pub name: &'static str,
    /// Its type.
    pub shape: Shape,
    /// Which requests and answers have it.
    pub uses: FieldUses,
    /// Whether Create needs it.
    pub required: bool,
    /// Whether what Create needs must not be an empty text: other required fields may be "".
    pub never_empty: bool,
    /// The documented values; empty when any value is accepted.
    pub values: &'static [&'static str],
    /// The value that the service uses when it is left out.
    pub fallback: Fallback,
    /// What its text must look like.
    pub format: FieldFormat,
    /// A disabled spelling that means the same.
    pub disabled: Option<Disabled>,
    /// Answers leave it out although it is set, so its absence proves nothing.
    pub unanswered: bool,
    /// Create wants a text, answers hold a number.
    pub number_in_answers: bool,
    /// The reason why it cannot change after the create.
    pub immutable: Option<&'static str>,
    /// What it is, in a sentence for authors of manifests; empty where manifests do not have it.
    pub about: &'static str,
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A string.
    Text,
    /// An integer.
    Integer,
    /// true or false.
    Flag,
    /// A structure.
    Section(&'static [Field]),
    /// A list of structures, identified by a key.
    List {
        /// The field that is the key of an item; [`BY_POSITION`] where there is none.
        key: &'static str,
        /// The fields of an item.
        items: &'static [Field],
        /// Who may put items there.
        owner: ListOwner,
    },
    /// A list of strings, identified by their values.
    Texts,
}

/// The key of a list whose items are identified only by their position.
pub const BY_POSITION: &str = "";

/// Who owns the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOwner {
    /// A manifest that has the list owns all of it.
    Manifest,
    /// The service adds items of its own: a manifest owns the keys that it names.
    Shared,
}

/// Which requests and answers have a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldUses {
    /// CreateTask and the creates of the other kinds.
    pub create: bool,
    /// UpdateTask and the updates of the other kinds.
    pub update: bool,
    /// UpdateTaskPartially, UpdateTriggerTaskPartially.
    pub partial: bool,
    /// GetTask and the gets of the other kinds.
    pub get: bool,
}

/// The value of a field that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing: "", [] or null.
    Unset,
    /// A documented text.
    Text(&'static str),
    /// A documented number.
    Integer(i64),
    /// A value that the service chooses at the create (the caller, the day): never restored.
    Service,
}

/// What a text must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldFormat {
    /// Anything.
    Any,
    /// Standard Base64 of the code.
    Code,
    /// `yyyy-MM-dd HH:mm:ss`.
    DateTime,
    /// `HH:mm`.
    TimeOfDay,
    /// A Quartz expression of six or seven fields.
    Cron,
    /// Integers separated by commas: `-1,0`.
    Offsets,
    /// Ids separated by semicolons; `;73170;` is `73170`.
    Semicolons,
    /// A number of the kind's task types.
    TaskType,
    /// The id of a task of the same kind, or a reference to one.
    TaskId,
    /// The id of a workflow of the kind's own sort, or a reference to one.
    WorkflowId,
    /// A path of folders: `/a/b`, with `/` for the top.
    Folder,
}

/// A spelling that the API has disabled but still shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// The spelling.
    pub name: &'static str,
    /// Its type in Create.
    pub create: Shape,
    /// Its type in Update and Get.
    pub update: Shape,
}

const EVERYWHERE: FieldUses = FieldUses { create: true, update: true, partial: true, get: true };

const fn field(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        uses: EVERYWHERE,
        required: false,
        never_empty: false,
        values: &[],
        fallback: Fallback::Unset,
        format: FieldFormat::Any,
        disabled: None,
        unanswered: false,
        number_in_answers: false,
        immutable: None,
        about: "",
    }
}

/// Returns a field that holds a string.
pub const fn text(name: &'static str) -> Field {
    field(name, Shape::Text)
}

/// Returns a field that holds an integer.
pub const fn integer(name: &'static str) -> Field {
    field(name, Shape::Integer)
}

/// Returns a field that holds true or false.
pub const fn flag(name: &'static str) -> Field {
    field(name, Shape::Flag)
}

/// Returns a field that holds a structure.
pub const fn section(name: &'static str, fields: &'static [Field]) -> Field {
    field(name, Shape::Section(fields))
}

/// Returns a field that holds a list which the manifest owns entirely.
pub const fn list(name: &'static str, key: &'static str, items: &'static [Field]) -> Field {
    field(name, Shape::List { key, items, owner: ListOwner::Manifest })
}

/// Returns a field that holds a list to which the service adds keys of its own.
pub const fn shared_list(name: &'static str, key: &'static str, items: &'static [Field]) -> Field {
    field(name, Shape::List { key, items, owner: ListOwner::Shared })
}

/// Returns a field that holds a list whose items are identified by their position.
pub const fn ordered_list(name: &'static str, items: &'static [Field]) -> Field {
    list(name, BY_POSITION, items)
}

/// Returns a field that holds a list of strings.
pub const fn texts(name: &'static str) -> Field {
    field(name, Shape::Texts)
}

impl Field {
    /// Sets what it is, in a sentence for people.
    pub const fn about(mut self, about: &'static str) -> Field {
        self.about = about;
        self
    }

    /// Create needs it.
    pub const fn required(mut self) -> Field {
        self.required = true;
        self
    }

    /// Create needs it, and an empty text will not do.
    pub const fn filled(mut self) -> Field {
        self.never_empty = true;
        self.required()
    }

    /// Only these values are documented.
    pub const fn values(mut self, values: &'static [&'static str]) -> Field {
        self.values = values;
        self
    }

    /// The service uses this text when it is left out.
    pub const fn default_text(mut self, text: &'static str) -> Field {
        self.fallback = Fallback::Text(text);
        self
    }

    /// The service uses this number when it is left out.
    pub const fn default_integer(mut self, number: i64) -> Field {
        self.fallback = Fallback::Integer(number);
        self
    }

    /// The service chooses a value when it is left out.
    pub const fn default_of_service(mut self) -> Field {
        self.fallback = Fallback::Service;
        self
    }

    /// Its text has a form.
    pub const fn format(mut self, format: FieldFormat) -> Field {
        self.format = format;
        self
    }

    /// A disabled spelling: a string in Create, an integer elsewhere.
    pub const fn disabled(mut self, name: &'static str) -> Field {
        self.disabled = Some(Disabled { name, create: Shape::Text, update: Shape::Integer });
        self
    }

    /// A disabled spelling of this type in every request.
    pub const fn disabled_as(mut self, name: &'static str, shape: Shape) -> Field {
        self.disabled = Some(Disabled { name, create: shape, update: shape });
        self
    }

    /// Answers may leave it out although it is set.
    pub const fn unanswered(mut self) -> Field {
        self.unanswered = true;
        self
    }

    /// Create takes a string, answers hold a number.
    pub const fn number_in_answers(mut self) -> Field {
        self.number_in_answers = true;
        self
    }

    /// In Create and Get, but not in Update.
    pub const fn immutable(mut self, because: &'static str) -> Field {
        self.uses = FieldUses { update: false, partial: false, ..EVERYWHERE };
        self.immutable = Some(because);
        self
    }

    /// Filled in by the service; Update accepts it.
    pub const fn derived(mut self) -> Field {
        self.uses = FieldUses { create: false, ..EVERYWHERE };
        self
    }

    /// Set by the service and only in answers.
    pub const fn answered_only(mut self) -> Field {
        self.uses = FieldUses { create: false, update: false, partial: false, get: true };
        self
    }

    /// Missing in the partial update.
    pub const fn not_in_partial(mut self) -> Field {
        self.uses.partial = false;
        self
    }

    /// Missing in Get.
    pub const fn not_in_get(mut self) -> Field {
        self.uses.get = false;
        self
    }
}
