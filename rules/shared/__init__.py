"""What several rules of the catalog share: skeletons, and what their messages say."""
