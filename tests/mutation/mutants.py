"""The mutants of a file, and how one takes the place of the code that it was made from."""

from __future__ import annotations

import ast
import difflib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import Mutation, create_mutations

# zip's check that lengths agree, which is never false.
STRICT = "strict"
FUTURE = "from __future__ import annotations\n"


@dataclass(frozen=True)
class Mutant:
    """One small change to one function of `path`; `number` counts those of the function, and
    `lines` are those of the statement that it changes."""

    path: str
    class_name: str
    function: libcst.FunctionDef
    number: int
    lines: frozenset[int] = field(repr=False)
    original: libcst.CSTNode = field(repr=False)
    changed: libcst.CSTNode = field(repr=False)

    @property
    def qualname(self) -> str:
        """The function's name in its module."""
        name = self.function.name.value
        return f"{self.class_name}.{name}" if self.class_name else name

    def __str__(self) -> str:
        return f"{self.path} {self.qualname} #{self.number}"

    def diff(self) -> str:
        """The lines that differ, the function's first."""
        before, after = (_source(one).splitlines() for one in (self.function, self._mutated()))
        return "\n".join(
            line
            for line in difflib.unified_diff(before, after, n=0, lineterm="")
            if not line.startswith(("---", "+++", "@@"))
        )

    def _mutated(self) -> libcst.FunctionDef:
        mutated = self.function.deep_replace(self.original, self.changed)
        assert isinstance(mutated, libcst.FunctionDef)
        return mutated

    def apply(self) -> None:
        """Give the function that is running the changed code, wherever it was imported to."""
        live: Any = importlib.import_module(self.path.removesuffix(".py").replace("/", "."))
        for name in self.qualname.split("."):
            live = vars(live)[name]
        function: FunctionType = getattr(live, "__func__", live)
        mutated = self._mutated()
        text = FUTURE + _source(mutated, self.class_name)
        code = compile(text, self.path, "exec", dont_inherit=True)
        function.__code__ = _code(code, self.qualname)
        if not mutated.params.deep_equals(self.function.params):
            _apply_defaults(function, mutated)


def _source(function: libcst.FunctionDef, class_name: str = "") -> str:
    """The function alone, or in its class, which `super()` and private names need."""
    body: libcst.FunctionDef | libcst.ClassDef = function.with_changes(leading_lines=[])
    if class_name:
        body = libcst.ClassDef(libcst.Name(class_name), libcst.IndentedBlock([body]))
    return libcst.Module([body]).code


def _code(code: CodeType, qualname: str) -> CodeType:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == qualname:
                return constant
            if qualname.startswith(f"{constant.co_qualname}."):
                return _code(constant, qualname)
    raise LookupError(f"no code of {qualname} in what was compiled")


def _apply_defaults(function: FunctionType, mutated: libcst.FunctionDef) -> None:
    """Evaluate the defaults of the parameters again, which the code does not hold."""
    (definition,) = ast.parse(_source(mutated)).body
    assert isinstance(definition, ast.FunctionDef)
    arguments = definition.args

    def value(node: ast.expr) -> object:
        return eval(compile(ast.Expression(node), "default", "eval"), function.__globals__)

    function.__defaults__ = tuple(value(node) for node in arguments.defaults)
    function.__kwdefaults__ = {
        argument.arg: value(node)
        for argument, node in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if node is not None
    }


def _statements(text: str) -> list[tuple[range, frozenset[int]]]:
    """The span of every statement, and its lines without those of the statements in it; a
    function's are all, since its defaults have no line that runs."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            span = _span(node)
            inner = [] if isinstance(node, ast.FunctionDef) else list(ast.walk(node))[1:]
            within = {line for one in inner if isinstance(one, ast.stmt) for line in _span(one)}
            found.append((span, frozenset(span) - within or frozenset(span)))
    return found


def _span(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _lines(statements: list[tuple[range, frozenset[int]]], line: int) -> frozenset[int]:
    _, lines = min((one for one in statements if line in one[0]), key=lambda one: len(one[0]))
    return lines


def _is_of_strict(mutation: Mutation, before: str) -> bool:
    """Whether nothing but a `strict=True` differs; `before` is the line up to it."""
    if before.endswith(f"{STRICT}="):
        return True
    call, changed = mutation.original_node, mutation.mutated_node
    if not isinstance(call, libcst.Call) or not isinstance(changed, libcst.Call):
        return False
    rest = [arg for arg in call.args if arg.keyword is None or arg.keyword.value != STRICT]
    return (
        len(rest) < len(call.args)
        and call.func.deep_equals(changed.func)
        and all(any(arg.value.deep_equals(other.value) for other in changed.args) for arg in rest)
    )


def mutants_of(path: Path) -> Iterator[Mutant]:
    """All that mutmut makes of the functions and methods of a file, but of the `strict` of a `zip`,
    which checks what is never false; lines with `no mutate` stay."""
    text = path.read_text(encoding="utf-8")
    module, mutations, _, _ = create_mutations(str(path), text)
    positions = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    statements, lines = _statements(text), text.splitlines()
    class_names = {
        method: one.name.value
        for one in module.body
        if isinstance(one, libcst.ClassDef)
        for method in one.body.body
    }
    counts: dict[libcst.FunctionDef, int] = {}
    for mutation in mutations:
        function = mutation.contained_by_top_level_function
        start = positions[mutation.original_node].start
        before = lines[start.line - 1][: start.column]
        if isinstance(function, libcst.FunctionDef) and not _is_of_strict(mutation, before):
            counts[function] = counts.get(function, 0) + 1
            yield Mutant(
                path.as_posix(),
                class_names.get(function, ""),
                function,
                counts[function],
                _lines(statements, start.line),
                mutation.original_node,
                mutation.mutated_node,
            )
