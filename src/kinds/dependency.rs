//! Which dependency settings are valid for which pair of cycles.
//!
//! Source: the dependency table of the task scheduling pages of WeData; 50 of 64 pairs are in it.

/// The values of CycleType.
pub const CYCLES: &[&str] = &[
    "ONEOFF_CYCLE",
    "YEAR_CYCLE",
    "MONTH_CYCLE",
    "WEEK_CYCLE",
    "DAY_CYCLE",
    "HOUR_CYCLE",
    "MINUTE_CYCLE",
    "CRONTAB_CYCLE",
];

/// The values of MainCyclicConfig.
pub const MAIN: &[&str] = &[
    "CRONTAB",
    "DAY",
    "HOUR",
    "LIST_DAY",
    "LIST_HOUR",
    "LIST_MINUTE",
    "MINUTE",
    "MONTH",
    "RANGE_DAY",
    "RANGE_HOUR",
    "RANGE_MINUTE",
    "WEEK",
    "YEAR",
];

/// The values of SubordinateCyclicConfig.
pub const SUBORDINATE: &[&str] = &[
    "ALL_DAY_OF_YEAR",
    "ALL_MONTH_OF_YEAR",
    "CURRENT",
    "CURRENT_DAY",
    "CURRENT_HOUR",
    "CURRENT_MINUTE",
    "CURRENT_MONTH",
    "CURRENT_WEEK",
    "CURRENT_YEAR",
    "PREVIOUS_BEGIN_OF_MONTH",
    "PREVIOUS_DAY",
    "PREVIOUS_DAY_LATER_OFFSET_HOUR",
    "PREVIOUS_DAY_LATER_OFFSET_MINUTE",
    "PREVIOUS_END_OF_MONTH",
    "PREVIOUS_FRIDAY",
    "PREVIOUS_HOUR",
    "PREVIOUS_HOUR_CYCLE",
    "PREVIOUS_HOUR_LATER_OFFSET_MINUTE",
    "PREVIOUS_MINUTE_CYCLE",
    "PREVIOUS_MONTH",
    "PREVIOUS_WEEK",
    "PREVIOUS_WEEKEND",
    "RECENT_DATE",
];

/// The settings for one pair of cycles.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// CycleType of the task that depends.
    pub cycle: &'static str,
    /// CycleType of the task it depends on.
    pub upstream: &'static str,
    /// Allowed MainCyclicConfig and SubordinateCyclicConfig; "" where Offset is used instead.
    pub settings: &'static [(&'static str, &'static str)],
}

/// Returns the settings for a pair of cycles, if the table has the pair.
pub fn dependency_pair(cycle: &str, upstream: &str) -> Option<&'static Pair> {
    PAIRS.iter().find(|pair| pair.cycle == cycle && pair.upstream == upstream)
}

/// Returns every setting that some upstream cycle allows for a task of this cycle.
pub fn settings_of(cycle: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    PAIRS
        .iter()
        .filter(move |pair| pair.cycle == cycle)
        .flat_map(|pair| pair.settings.iter().copied())
}

/// Returns whether a MainCyclicConfig takes an Offset instead of a SubordinateCyclicConfig.
pub fn takes_offset(main: &str) -> bool {
    main.starts_with("RANGE_") || main.starts_with("LIST_")
}

const PAIRS: &[Pair] = &[
    Pair { cycle: "ONEOFF_CYCLE", upstream: "ONEOFF_CYCLE", settings: &[("DAY", "CURRENT_DAY")] },
    Pair { cycle: "ONEOFF_CYCLE", upstream: "YEAR_CYCLE", settings: &[("YEAR", "CURRENT_YEAR")] },
    Pair {
        cycle: "ONEOFF_CYCLE",
        upstream: "MONTH_CYCLE",
        settings: &[("MONTH", "CURRENT_MONTH")],
    },
    Pair { cycle: "ONEOFF_CYCLE", upstream: "WEEK_CYCLE", settings: &[("WEEK", "CURRENT_WEEK")] },
    Pair { cycle: "ONEOFF_CYCLE", upstream: "DAY_CYCLE", settings: &[("DAY", "CURRENT_DAY")] },
    Pair { cycle: "ONEOFF_CYCLE", upstream: "HOUR_CYCLE", settings: &[("DAY", "CURRENT_DAY")] },
    Pair { cycle: "ONEOFF_CYCLE", upstream: "MINUTE_CYCLE", settings: &[("DAY", "CURRENT_DAY")] },
    Pair { cycle: "YEAR_CYCLE", upstream: "ONEOFF_CYCLE", settings: &[("YEAR", "CURRENT_YEAR")] },
    Pair {
        cycle: "YEAR_CYCLE",
        upstream: "YEAR_CYCLE",
        settings: &[("DAY", "RECENT_DATE"), ("YEAR", "CURRENT_YEAR")],
    },
    Pair {
        cycle: "YEAR_CYCLE",
        upstream: "MONTH_CYCLE",
        settings: &[
            ("DAY", "RECENT_DATE"),
            ("MONTH", "ALL_MONTH_OF_YEAR"),
            ("MONTH", "CURRENT_MONTH"),
            ("MONTH", "PREVIOUS_MONTH"),
            ("MONTH", "PREVIOUS_END_OF_MONTH"),
            ("MONTH", "PREVIOUS_BEGIN_OF_MONTH"),
        ],
    },
    Pair { cycle: "YEAR_CYCLE", upstream: "WEEK_CYCLE", settings: &[("YEAR", "CURRENT_YEAR")] },
    Pair {
        cycle: "YEAR_CYCLE",
        upstream: "DAY_CYCLE",
        settings: &[
            ("DAY", "ALL_DAY_OF_YEAR"),
            ("DAY", "CURRENT_DAY"),
            ("DAY", "PREVIOUS_DAY"),
            ("RANGE_DAY", ""),
            ("LIST_DAY", ""),
        ],
    },
    Pair {
        cycle: "YEAR_CYCLE",
        upstream: "HOUR_CYCLE",
        settings: &[("YEAR", "CURRENT_YEAR"), ("RANGE_HOUR", ""), ("LIST_HOUR", "")],
    },
    Pair {
        cycle: "YEAR_CYCLE",
        upstream: "MINUTE_CYCLE",
        settings: &[("YEAR", "CURRENT_YEAR"), ("RANGE_MINUTE", ""), ("LIST_MINUTE", "")],
    },
    Pair {
        cycle: "MONTH_CYCLE",
        upstream: "ONEOFF_CYCLE",
        settings: &[("MONTH", "CURRENT_MONTH")],
    },
    Pair { cycle: "MONTH_CYCLE", upstream: "YEAR_CYCLE", settings: &[("YEAR", "CURRENT_YEAR")] },
    Pair {
        cycle: "MONTH_CYCLE",
        upstream: "MONTH_CYCLE",
        settings: &[("MONTH", "CURRENT_MONTH"), ("DAY", "RECENT_DATE")],
    },
    Pair {
        cycle: "MONTH_CYCLE",
        upstream: "WEEK_CYCLE",
        settings: &[
            ("MONTH", "PREVIOUS_MONTH"),
            ("MONTH", "CURRENT_MONTH"),
            ("DAY", "RECENT_DATE"),
        ],
    },
    Pair {
        cycle: "MONTH_CYCLE",
        upstream: "DAY_CYCLE",
        settings: &[
            ("MONTH", "PREVIOUS_MONTH"),
            ("MONTH", "PREVIOUS_END_OF_MONTH"),
            ("MONTH", "CURRENT_MONTH"),
            ("DAY", "CURRENT_DAY"),
            ("DAY", "PREVIOUS_DAY"),
            ("RANGE_DAY", ""),
            ("LIST_DAY", ""),
        ],
    },
    Pair {
        cycle: "MONTH_CYCLE",
        upstream: "HOUR_CYCLE",
        settings: &[
            ("MONTH", "PREVIOUS_MONTH"),
            ("MONTH", "CURRENT_MONTH"),
            ("RANGE_HOUR", ""),
            ("LIST_HOUR", ""),
        ],
    },
    Pair {
        cycle: "MONTH_CYCLE",
        upstream: "MINUTE_CYCLE",
        settings: &[
            ("MONTH", "PREVIOUS_MONTH"),
            ("MONTH", "CURRENT_MONTH"),
            ("RANGE_MINUTE", ""),
            ("LIST_MINUTE", ""),
        ],
    },
    Pair { cycle: "WEEK_CYCLE", upstream: "ONEOFF_CYCLE", settings: &[("WEEK", "CURRENT_WEEK")] },
    Pair { cycle: "WEEK_CYCLE", upstream: "YEAR_CYCLE", settings: &[("YEAR", "CURRENT_YEAR")] },
    Pair {
        cycle: "WEEK_CYCLE",
        upstream: "MONTH_CYCLE",
        settings: &[("MONTH", "CURRENT_MONTH"), ("DAY", "RECENT_DATE")],
    },
    Pair {
        cycle: "WEEK_CYCLE",
        upstream: "WEEK_CYCLE",
        settings: &[("WEEK", "CURRENT_WEEK"), ("DAY", "RECENT_DATE")],
    },
    Pair {
        cycle: "WEEK_CYCLE",
        upstream: "DAY_CYCLE",
        settings: &[
            ("WEEK", "PREVIOUS_WEEK"),
            ("WEEK", "PREVIOUS_FRIDAY"),
            ("WEEK", "PREVIOUS_WEEKEND"),
            ("WEEK", "CURRENT_WEEK"),
            ("DAY", "CURRENT_DAY"),
            ("DAY", "PREVIOUS_DAY"),
            ("RANGE_DAY", ""),
            ("LIST_DAY", ""),
        ],
    },
    Pair {
        cycle: "WEEK_CYCLE",
        upstream: "HOUR_CYCLE",
        settings: &[
            ("WEEK", "PREVIOUS_WEEK"),
            ("WEEK", "CURRENT_WEEK"),
            ("RANGE_HOUR", ""),
            ("LIST_HOUR", ""),
        ],
    },
    Pair {
        cycle: "WEEK_CYCLE",
        upstream: "MINUTE_CYCLE",
        settings: &[
            ("WEEK", "PREVIOUS_WEEK"),
            ("WEEK", "CURRENT_WEEK"),
            ("RANGE_MINUTE", ""),
            ("LIST_MINUTE", ""),
        ],
    },
    Pair { cycle: "DAY_CYCLE", upstream: "ONEOFF_CYCLE", settings: &[("DAY", "CURRENT_DAY")] },
    Pair {
        cycle: "DAY_CYCLE",
        upstream: "YEAR_CYCLE",
        settings: &[("YEAR", "CURRENT_YEAR"), ("DAY", "RECENT_DATE")],
    },
    Pair {
        cycle: "DAY_CYCLE",
        upstream: "MONTH_CYCLE",
        settings: &[("MONTH", "CURRENT_MONTH"), ("DAY", "RECENT_DATE")],
    },
    Pair {
        cycle: "DAY_CYCLE",
        upstream: "WEEK_CYCLE",
        settings: &[("WEEK", "CURRENT_WEEK"), ("DAY", "RECENT_DATE")],
    },
    Pair {
        cycle: "DAY_CYCLE",
        upstream: "DAY_CYCLE",
        settings: &[("DAY", "CURRENT_DAY"), ("RANGE_DAY", ""), ("LIST_DAY", "")],
    },
    Pair {
        cycle: "DAY_CYCLE",
        upstream: "HOUR_CYCLE",
        settings: &[
            ("DAY", "PREVIOUS_DAY_LATER_OFFSET_HOUR"),
            ("DAY", "PREVIOUS_DAY"),
            ("DAY", "CURRENT_DAY"),
            ("RANGE_HOUR", ""),
            ("LIST_HOUR", ""),
        ],
    },
    Pair {
        cycle: "DAY_CYCLE",
        upstream: "MINUTE_CYCLE",
        settings: &[
            ("DAY", "PREVIOUS_DAY_LATER_OFFSET_MINUTE"),
            ("DAY", "PREVIOUS_DAY"),
            ("DAY", "CURRENT_DAY"),
            ("RANGE_MINUTE", ""),
            ("LIST_MINUTE", ""),
        ],
    },
    Pair { cycle: "HOUR_CYCLE", upstream: "ONEOFF_CYCLE", settings: &[("DAY", "CURRENT_DAY")] },
    Pair { cycle: "HOUR_CYCLE", upstream: "YEAR_CYCLE", settings: &[("YEAR", "CURRENT_YEAR")] },
    Pair { cycle: "HOUR_CYCLE", upstream: "MONTH_CYCLE", settings: &[("MONTH", "CURRENT_MONTH")] },
    Pair { cycle: "HOUR_CYCLE", upstream: "WEEK_CYCLE", settings: &[("WEEK", "CURRENT_WEEK")] },
    Pair {
        cycle: "HOUR_CYCLE",
        upstream: "DAY_CYCLE",
        settings: &[("DAY", "CURRENT_DAY"), ("RANGE_DAY", ""), ("LIST_DAY", "")],
    },
    Pair {
        cycle: "HOUR_CYCLE",
        upstream: "HOUR_CYCLE",
        settings: &[
            ("HOUR", "CURRENT_HOUR"),
            ("HOUR", "PREVIOUS_HOUR_CYCLE"),
            ("RANGE_HOUR", ""),
            ("LIST_HOUR", ""),
        ],
    },
    Pair {
        cycle: "HOUR_CYCLE",
        upstream: "MINUTE_CYCLE",
        settings: &[
            ("HOUR", "PREVIOUS_HOUR_LATER_OFFSET_MINUTE"),
            ("HOUR", "PREVIOUS_HOUR"),
            ("HOUR", "CURRENT_HOUR"),
            ("RANGE_MINUTE", ""),
            ("LIST_MINUTE", ""),
        ],
    },
    Pair { cycle: "MINUTE_CYCLE", upstream: "ONEOFF_CYCLE", settings: &[("DAY", "CURRENT_DAY")] },
    Pair { cycle: "MINUTE_CYCLE", upstream: "YEAR_CYCLE", settings: &[("YEAR", "CURRENT_YEAR")] },
    Pair {
        cycle: "MINUTE_CYCLE",
        upstream: "MONTH_CYCLE",
        settings: &[("MONTH", "CURRENT_MONTH")],
    },
    Pair { cycle: "MINUTE_CYCLE", upstream: "WEEK_CYCLE", settings: &[("WEEK", "CURRENT_WEEK")] },
    Pair {
        cycle: "MINUTE_CYCLE",
        upstream: "DAY_CYCLE",
        settings: &[("DAY", "CURRENT_DAY"), ("RANGE_DAY", ""), ("LIST_DAY", "")],
    },
    Pair {
        cycle: "MINUTE_CYCLE",
        upstream: "HOUR_CYCLE",
        settings: &[("HOUR", "CURRENT_HOUR"), ("RANGE_HOUR", ""), ("LIST_HOUR", "")],
    },
    Pair {
        cycle: "MINUTE_CYCLE",
        upstream: "MINUTE_CYCLE",
        settings: &[
            ("MINUTE", "CURRENT_MINUTE"),
            ("MINUTE", "PREVIOUS_MINUTE_CYCLE"),
            ("RANGE_MINUTE", ""),
            ("LIST_MINUTE", ""),
        ],
    },
    Pair { cycle: "CRONTAB_CYCLE", upstream: "CRONTAB_CYCLE", settings: &[("CRONTAB", "CURRENT")] },
];
