"""Exchange between replicas that never see each other: acts travel in parcels, and merging them loses nothing."""
