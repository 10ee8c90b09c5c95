"""The reader of plans and states as `terraform show -json` and `tofu show -json` write them: `reader` takes a file and
gives its `Configuration`, `recognition` tells such files from others.
"""
