"""What everything else speaks: vocabulary, filters, addresses, result records, errors."""
