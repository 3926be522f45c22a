"""The dataset as tables: `columns` says which, `csv_files` fills them, `sqlite` joins them."""
