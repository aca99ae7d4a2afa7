"""What every page uses: request context, access rules, layout, language, errors, paging, uploads."""
