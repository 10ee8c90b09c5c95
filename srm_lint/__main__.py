"""`python -m srm_lint` is `srm-lint`."""

from srm_lint.cli import main

if __name__ == "__main__":
    main()
