-- What a cooperative approach covers and the documents that set it up; empty lists say nothing, and bound nothing.
ALTER TABLE cooperative_approach
    ADD COLUMN sectors text[] NOT NULL DEFAULT '{}',
    ADD COLUMN activity_types text[] NOT NULL DEFAULT '{}',
    ADD COLUMN metrics text[] NOT NULL DEFAULT '{}',
    ADD COLUMN documents jsonb NOT NULL DEFAULT '[]';
