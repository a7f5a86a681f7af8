"""`python -m article6`, the same as the command `article6`."""

from article6.config.program import main

if __name__ == "__main__":
    main()
