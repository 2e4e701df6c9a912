-- What staff said of a review.

-- What was said; NULL while it waits.
ALTER TABLE reviews ADD COLUMN settlement TEXT CHECK (settlement IN ('same_person', 'different_person', 'rejected'));
-- Which staff member said so; NULL while it waits.
ALTER TABLE reviews ADD COLUMN settled_by UUID;
-- Whose record it is, by that; NULL unless it is somebody's who has one.
ALTER TABLE reviews ADD COLUMN settled_patient_id UUID;
