"""Tables: figures and rows, printed for people."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table


def number(value: Any) -> str:
    """A figure as a cell shows it; - where there is none."""
    if value is None or value != value:
        return "-"
    return f"{value:,.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def table(*columns: str, rows: list[Any]) -> "Table":
    """A table; a column whose name begins with > is set to the right."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD)
    for column in columns:
        made.add_column(
            column.removeprefix(">"), justify="right" if column.startswith(">") else "left", overflow="fold"
        )
    for row in rows:
        made.add_row(*(escape(cell) for cell in row))
    return made


def print_table(shown: "Table") -> None:
    """Print a table as wide as the terminal, or 160 columns elsewhere."""
    from rich.console import Console

    console = Console()
    console.print(shown) if console.is_terminal else Console(width=160).print(shown)
