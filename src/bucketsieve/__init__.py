"""BucketSieve: finds sensitive data in Amazon S3 and accounts for every object."""
