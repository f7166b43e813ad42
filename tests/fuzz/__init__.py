"""`make fuzz`: thousands of requests made from the OpenAPI document, against a stack of its own."""
