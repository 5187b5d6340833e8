"""The policy as a page to read: `python -m partnerkompas.permissions.page` prints docs/permissions.md."""

from partnerkompas.permissions.policy import POLICY


def page() -> str:
    """docs/permissions.md as it should be; a test holds the file against it."""
    lines = [
        "# Who may do what",
        "",
        "Made from `partnerkompas/permissions/policy.py` by `make permissions`. A permission is granted when all",
        "facts of one alternative hold. There is no superuser: an administrator does not publish or change content.",
        "",
        "| permission | whoever has it may | granted when |",
        "| --- | --- | --- |",
    ]
    for permission, alternatives in POLICY.items():
        ways = " · ".join(" + ".join(fact.__name__ for fact in each) for each in alternatives)
        lines.append(f"| `{permission.value}` | {permission.sentence} | {ways} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
