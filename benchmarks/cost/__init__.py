"""What a deployment costs, computed: ``make cost`` writes docs/cost.md."""
