"""The dashboards: each figure is one module, from its query over its numbers to its drawing and table."""
