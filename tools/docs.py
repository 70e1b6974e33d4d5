"""Renews every document that is made of the program: `make docs`."""

from __future__ import annotations

from tools import commands_page, configuration_page, man_page, pictures, schemas


def main() -> None:
    """Renew them all; what is made of another comes after it."""
    for each in (schemas, configuration_page, commands_page, man_page, pictures):
        each.main()
        print(f"renewed what {each.__name__} makes")


if __name__ == "__main__":
    main()
