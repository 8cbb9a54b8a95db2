"""The report: experiments that are compared, each with a picture and a table, and the text of docs/report.md."""
