"""Prints a SAM template in JSON, as the transform of CloudFormation leaves it. The SAM CLI's own Python runs this."""

import importlib
import json
import logging
import sys
from pathlib import Path


def main() -> None:
    """Transform the file that is named on the command line."""
    logging.basicConfig(level=logging.ERROR)
    yaml = importlib.import_module("samcli.yamlhelper")
    validator = importlib.import_module("samcli.lib.translate.sam_template_validator")
    template = yaml.yaml_parse(Path(sys.argv[1]).read_text())
    transform = validator.SamTemplateValidator(template, managed_policy_loader=None, region="us-east-1")
    json.dump(yaml.yaml_parse(transform.get_translated_template_if_valid()), sys.stdout)


if __name__ == "__main__":
    main()
