"""The catalogue of detectors: data with proof, one TOML file a family. See README.md beside this file."""

from bucketsieve.detect.catalogue.entry import CatalogueError, Context, Detector, Form
from bucketsieve.detect.catalogue.load import Catalogue, load_catalogue, load_family

__all__ = ["Catalogue", "CatalogueError", "Context", "Detector", "Form", "load_catalogue", "load_family"]
