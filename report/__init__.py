"""The report: experiments that are compared, each with a figure and a table, and the text of docs/report.md."""
