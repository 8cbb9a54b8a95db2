"""The report: experiments that are compared, and the pictures, tables and texts that come of them."""
