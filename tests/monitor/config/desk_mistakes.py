"""Mistakes in the rules and series that a desk declares, each with the whole line that says it."""

from __future__ import annotations

RULE = '[rules.mine]\ntype = "conditions"\ntitle = "Mine"\n'
FALL = '{ series = "spx", change_pct = 5, below_pct = -5 }'
SERIES = '[series.mine]\ntitle = "Mine"\nunit = "pct"\n'


def condition(text: str) -> str:
    return f"{RULE}all = [{{ {text} }}]"


MISTAKES = (
    (
        RULE,
        "rules.mine: has no conditions; list its conditions in all, in any, or in of with at_least",
    ),
    (
        f"{RULE}all = [{FALL}]\nany = [{FALL}]",
        "rules.mine: has all and any; list its conditions in all, in any, or in of with at_least",
    ),
    (
        f"{RULE}of = [{FALL}]",
        "rules.mine.at_least: goes with of; write at_least = 2 and of = [...]",
    ),
    (f"{RULE}of = [{FALL}]\nat_least = 2", "rules.mine.at_least: is 2 of 1 conditions; lower it"),
    (
        condition('series = "spz", change_pct = 5, below_pct = -5'),
        "rules.mine.all.0.series: unknown name 'spz'; did you mean 'spx'?",
    ),
    (
        condition('series = "spx", chnge_pct = 5, below_pct = -5'),
        "rules.mine.all.0.chnge_pct: unknown name 'chnge_pct'; did you mean 'change_pct'?",
    ),
    (
        condition('series = "spx", change_pct = 5, below_pct = { notce = -5 }'),
        "rules.mine.all.0.below_pct.notce: unknown name 'notce'; did you mean 'notice'?",
    ),
    (
        condition('series = "spx", change_pct = 5, below_pct = "-5"'),
        'rules.mine.all.0.below_pct: expected a valid number, got "-5"; write it without quotes: '
        "-5; it is in percent",
    ),
    (
        condition('series = "spx", change_pct = 0, below_pct = -5'),
        "rules.mine.all.0.change_pct: expected greater than or equal to 1, got 0; it is in periods",
    ),
    (
        condition('series = "spx", change_pct = 5'),
        "rules.mine.all.0: has no size; give it one, such as above_bp = 10 or below_pct = { "
        "notice = -2 }",
    ),
    (
        condition('series = "spx", change_pct = 5, below_pct = -5, below = 3'),
        "rules.mine.all.0: has 2 sizes: below, below_pct; give it one, such as above_bp = 10 or "
        "below_pct = { notice = -2 }",
    ),
    (
        condition('series = "spx", change_pct = 5, below_pct = {}'),
        "rules.mine.all.0.below_pct: has no severity; set notice, warning or critical",
    ),
    (
        condition('series = "spx", change_pct = 5, below_pct = { notice = -5, warning = -3 }'),
        "rules.mine.all.0.below_pct: is -5, -3; let it fall from notice to critical",
    ),
    (
        condition('series = "spx", change = 5, change_pct = 5, below_pct = -5'),
        "rules.mine.all.0.change_pct: stands beside change; a condition takes one of them",
    ),
    (
        condition('series = "spx", change = 5, below_bp = -5'),
        "rules.mine.all.0.below_bp: is no size of change of spx, which is in index; use below",
    ),
    (
        condition('series = "ust10y", change = 5, above_sd = 5'),
        "rules.mine.all.0.above_sd: is no size of change of ust10y, which is in pct; use above or "
        "above_bp or above_pct",
    ),
    (
        condition('series = "ust10y", above_sd = 5'),
        "rules.mine.all.0.above_sd: is no size of ust10y, which is in pct; use above or above_bp "
        "or above_pct",
    ),
    *(
        (
            condition(f'series = "{series}", {statistic} = 5, below_bp = -5'),
            f"rules.mine.all.0.below_bp: is no size of {statistic} of {series}, which is in pct; "
            "use below or below_pct",
        )
        for series in ("spx", "ust10y")
        for statistic in ("change_pct", "percentile", "drawdown", "from_mean")
    ),
    (
        condition('series = "spx", zscore = 1, above_sd = 2'),
        "rules.mine.all.0.zscore: is over 1; it needs 2 periods or more",
    ),
    (
        condition('series = "acm_tp10y", zscore = 252, above_sd = 2'),
        "rules.mine.all.0.zscore: is over 252 periods of acm_tp10y, which is re-estimated at "
        "each release; use 60 or fewer: its older numbers are not comparable",
    ),
    (
        condition('series = "spx", correlation = 63, above = 0.5'),
        'rules.mine.all.0.to: is missing; write correlation = 63, to = "dxy"',
    ),
    (
        condition('series = "spx", to = "dxy", above = 0.5'),
        "rules.mine.all.0.to: is the other series of a correlation only; write correlation = 63, "
        'to = "dxy"',
    ),
    (
        condition('series = "spx", zscore = 63, against_usual = 63, above_sd = 2'),
        "rules.mine.all.0.against_usual: divides a change only; add change = 1, or leave it out",
    ),
    (
        condition('series = "{subject}", change_pct = 5, below_pct = -5'),
        "rules.mine.subjects: is missing; name what replaces {subject} in its series",
    ),
    (
        f'{RULE}all = [{FALL}]\nsubjects = {{ spx = "Stocks" }}',
        "rules.mine.subjects: is not used; name what replaces {subject} in its series",
    ),
    (
        condition('series = "{subject}", change_pct = 5, below_pct = -5')
        + '\nsubjects = { "a/b" = "Both" }',
        "rules.mine.subjects.a/b: is no name for an address; use letters, digits, _ . -",
    ),
    (
        f'{RULE}kind = "event"\nall = [{FALL}]\nclose_when = {FALL}',
        'rules.mine.close_when: closes a condition only; set kind = "condition"',
    ),
    (
        f"{RULE}cooldown_periods = 3\nall = [{FALL}]",
        'rules.mine.cooldown_periods: is of events only; set kind = "event", or leave it out',
    ),
    (
        f'{RULE}kind = "evnt"\nall = [{FALL}]',
        "rules.mine.kind: expected 'event' or 'condition', got \"evnt\"; did you mean 'event'?",
    ),
    (
        f'{RULE}inhibited_by = ["joint_seloff"]\nall = [{FALL}]',
        "rules.mine.inhibited_by: unknown name 'joint_seloff'; did you mean 'joint_selloff'?",
    ),
    (
        f'{RULE}over = "weeks"\nall = [{{ series = "acm_tp10y", change = 1, above_bp = 10 }}]',
        "rules.mine.over: acm_tp10y is re-estimated at each release; leave over out",
    ),
    (
        f'{RULE}over = "week"\nall = [{FALL}]',
        "rules.mine.over: expected 'sessions', 'weeks' or 'months', got \"week\"; "
        "did you mean 'weeks'?",
    ),
    (f"{RULE}all = [3]", "rules.mine.all.0: expected an object, got 3; correct the value"),
    (
        f'{RULE}rule_id = "x"\nall = [{FALL}]',
        "rules.mine.rule_id: is the block's name; leave it out",
    ),
    (
        f"[[rules.mine.critical]]\nall = [{{ series = 'spx', change_pct = 5 }}]\n{RULE}",
        "rules.mine.critical.0.all.0: has no size; give it one, such as above_bp = 10 or "
        "below_pct = { notice = -2 }",
    ),
    (
        '[rules.mine]\ntype = "condition"',
        "rules.mine.type: unknown name 'condition'; did you mean 'conditions'?",
    ),
    (
        f'[rules.Mi-ne]\ntype = "conditions"\ntitle = "x"\nall = [{FALL}]',
        "rules.Mi-ne: 'Mi-ne' is no name; use a-z, 0-9 and _, a letter first",
    ),
    (
        '[rules.joint_selloff]\ntype = "conditions"',
        "rules.joint_selloff.type: 'joint_selloff' is a built-in rule; declare it by another name",
    ),
    (
        SERIES,
        "series.mine: says nothing it is made of; write one: sum = { a = 1, b = -1 }, ratio = { "
        'of = "a", to = "b" }',
    ),
    (f"{SERIES}sum = {{ ust2 = 1 }}", "series.mine: unknown name 'ust2'; did you mean 'ust2y'?"),
    (f"{SERIES}sum = {{ mine = 1 }}", "series: goes round in a circle: mine > mine; break it"),
    (
        f'{SERIES}of = "ust10y"',
        'series.mine.of: goes with one statistic, got 0; write of = "vix" and zscore = 252',
    ),
    (
        f"{SERIES}sum = {{ ust10y = 1, acm_tp10y = -1 }}",
        "series.mine: mixes series that are re-estimated at each release with others; make it of "
        "one kind",
    ),
    (
        f'{SERIES}of = "acm_tp10y"\nzscore = 20',
        "series.mine: takes zscore of a series that is re-estimated at each release; use it in a "
        "rule's condition",
    ),
    (
        f'{SERIES}ratio = {{ of = "spx", to = "dxy", lag = 1 }}',
        "series.mine.ratio.lag: is of weeks or months only; leave it out",
    ),
    (
        f"{SERIES.replace('Mine', '')}sum = {{ ust2y = 1 }}",
        'series.mine.title: expected text of 1 or more characters, got ""; correct the value',
    ),
    (
        '[series.ust10y]\ntitle = "x"\nunit = "pct"\nsum = { ust2y = 1 }',
        "series.ust10y: 'ust10y' is taken; choose another name",
    ),
    (
        f"{SERIES}sum = {{ ust2y = 1 }}\nplausible = [1]",
        "series.mine.plausible: expected 2 or more in the list, got [1]; correct the value",
    ),
)
