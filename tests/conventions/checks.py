"""Each check takes source or models and returns a sentence for each departure."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from django.db import models

from tests.conventions.source import Function, Module

Wanted = Callable[[ast.Call], bool]

WRITERS = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
LONGEST_FUNCTION = 40
LONGEST_FILE = 300


def writes_in_views(module: Module) -> list[str]:
    """Views never save: they call an action."""
    return [f"{module.name}:{call.lineno} writes" for call in _calls(module.tree) if _writes(call)]


def unscoped_reads(module: Module) -> list[str]:
    """Every `Model.objects` in a view is followed by visible_to()."""
    return [
        f"{module.name}:{node.lineno} reads {ast.unparse(node)}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in {"objects", "_default_manager", "_base_manager"}
        and node.attr not in {"visible_to", "none"}
    ]


_CLOCKS = {"now", "utcnow", "localdate", "localtime", "time_ns", "monotonic", "perf_counter"}
_OUTSIDE = {"open", "print", "input"}
_OUTSIDE_MODULES = {"os", "pathlib", "random", "secrets", "socket", "subprocess", "time", "django", "logging"}


def impure(module: Module) -> list[str]:
    """Domain code asks no clock, no chance, no file and no framework: `now` and `today` are parameters."""
    found = []
    for call in _calls(module.tree):
        called = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if called in _CLOCKS or (called == "today" and not call.args) or name in _OUTSIDE:
            found.append(f"{module.name}:{call.lineno} asks the world: {ast.unparse(call)}")
    for node in ast.walk(module.tree):
        for imported in _imported(node):
            if imported.split(".")[0] in _OUTSIDE_MODULES:
                found.append(f"{module.name}:{node.lineno} imports {imported}")  # type: ignore[attr-defined]
    return found


def without_source(module: Module) -> list[str]:
    """A module of rules names the source of its rules, in its docstring or in a function's."""
    has_source = any("Source" in text for text in _docstrings(module.tree))
    return [] if has_source else [f"{module.name} names no source"]


def long_things(module: Module) -> list[str]:
    """Functions have at most 40 lines, files at most 300."""
    found = [
        f"{module.name}:{function.lineno} {function.name} has {_length(function)} lines"
        for function in module.functions
        if _length(function) > LONGEST_FUNCTION
    ]
    lines = module.text.count("\n")
    return found + ([f"{module.name} has {lines} lines"] if lines > LONGEST_FILE else [])


def undocumented(module: Module) -> list[str]:
    """Every module, and every public class, function and method, has a docstring; a stub needs none."""
    if not module.text.strip():
        return []
    found = [] if ast.get_docstring(module.tree) else [f"{module.name} has no docstring"]
    return found + [
        f"{module.name}:{node.lineno} {node.name} has no docstring"
        for node in _public(module.tree.body)
        if not ast.get_docstring(node) and ast.unparse(node.body[-1]) != "..."
    ]


def _public(body: Iterable[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith(("_", "Meta")):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def careless_actions(
    action_modules: Sequence[Module], callers: Iterable[Module], exempt: tuple[str, ...] = ()
) -> list[str]:
    """An action that writes is keyword-only, is told by whom, and is one audited change.

    An action is what code outside of actions/ asks for; what actions share among themselves runs
    inside their changes, and receivers of signals (on_...) have the signature that a signal has.
    """
    known = {function.name: function for module in action_modules for function in module.functions}
    asked_for = {name for module in callers for name in _names_from(module, {m.name for m in action_modules})}
    found = []
    for module in action_modules:
        for function in module.tree.body:
            if not isinstance(function, Function):
                continue
            name = f"{module.name}.{function.name}"
            if name not in asked_for or name.startswith(exempt):
                continue
            if function.name.startswith("on_") or not _reaches(function, known, _writes):
                continue
            found += [f"{name} {fault}" for fault in _carelessness(function, known)]
    return found


def _carelessness(function: Function, known: dict[str, Function]) -> Iterator[str]:
    if function.args.args or function.args.posonlyargs:
        yield "takes arguments by position"
    if "by" not in {argument.arg for argument in function.args.kwonlyargs}:
        yield "is not told by whom"
    if not _reaches(function, known, _is_audited):
        yield "writes outside of audited()"


def _names_from(module: Module, sources: Collection[str]) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module in sources:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def loose_keys(found_models: Iterable[type[models.Model]], *, app: str) -> list[str]:
    """Every foreign key is PROTECT; followup leaves no name behind on what participants owns."""
    found = []
    for model in found_models:
        for field in model._meta.local_fields:
            if not isinstance(field, models.ForeignKey):
                continue
            if field.remote_field.on_delete is not models.PROTECT:
                found.append(f"{field} is not PROTECT")
            crosses = app == "followup" and field.related_model._meta.app_label == "participants"
            if crosses and field.remote_field.related_name != "+":
                found.append(f"{field} names itself on {field.related_model.__name__}")
    return found


def loose_pairs(found_models: Iterable[type[models.Model]]) -> list[str]:
    """Where both `x_at` and `x_by` may be empty, a constraint says that they are so together."""
    found = []
    for model in found_models:
        columns = {field.name: field for field in model._meta.local_fields}
        conditions = [
            str(rule.condition)
            for rule in model._meta.constraints
            if isinstance(rule, models.CheckConstraint)
        ]
        for name, field in columns.items():
            other = name.removesuffix("_at") + "_by"
            if not name.endswith("_at") or other not in columns or not (field.null and columns[other].null):
                continue
            if not any(name in rule and other in rule for rule in conditions):
                found.append(f"{model.__name__}: {name} and {other} may part")
    return found


_INLINE = (
    (re.compile(r"<style\b", re.IGNORECASE), "an inline style sheet"),
    (re.compile(r"\sstyle\s*=", re.IGNORECASE), "an inline style"),
    (re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE), "an inline script"),
    (re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE), "an event handler"),
    (re.compile(r"javascript:", re.IGNORECASE), "a script address"),
    (re.compile(r"https?://(?!www\.w3\.org/)"), "an address of another host"),
)


def inline_code(name: str, text: str) -> list[str]:
    """Pages run under a policy without inline script or style, and load nothing from elsewhere."""
    return [f"{name}: {what}" for pattern, what in _INLINE if pattern.search(text)]


_TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", re.DOTALL)


def telling_words(text: str, allowed: Collection[str]) -> set[str]:
    """Return the words of a mail that are not among those that every mail may hold."""
    return {word.lower() for word in re.findall(r"[^\W\d_]+", _TAGS.sub(" ", text))} - set(allowed)


def foreign_names(module: Module, prefix: str) -> list[str]:
    """Python of one app does not name the addresses of the other; templates may."""
    return [
        f"{module.name}:{node.lineno} names {node.value!r}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(prefix)
    ]


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    # A dictionary's update() takes a dictionary, a queryset's takes columns; a row's save() takes no value.
    if call.func.attr in {"save", "update"}:
        return not call.args and (call.func.attr == "save" or bool(call.keywords))
    return call.func.attr in WRITERS


def _is_audited(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in {"audited", "record_event"}


def _reaches(
    function: Function,
    known: dict[str, Function],
    wanted: Wanted,
    seen: set[str] | None = None,
) -> bool:
    """Say whether a function, or one of the actions that it calls, makes a wanted call."""
    seen = seen if seen is not None else set()
    for call in _calls(function):
        if wanted(call):
            return True
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in known and name not in seen:
            seen.add(name)
            if _reaches(known[name], known, wanted, seen):
                return True
    return False


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | Function):
            yield ast.get_docstring(node) or ""
